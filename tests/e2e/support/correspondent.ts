import * as v from 'valibot'
import { SESSION_COOKIE } from '../../../server/accounts/session-cookie.ts'
import type { Command } from '../../../shared/protocol/commands.ts'
import type { UploadMetadata } from '../../../shared/protocol/files.ts'
import { commandsAnswer, historyPage, me } from '../../../shared/protocol/http.ts'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { exampleFile, toMetadata, TUS } from '../../server/files/upload-calls.ts'
import { createDirect, createGroup, send } from '../../support/campus.ts'
import type { GivenFile } from './files.ts'
import type { Account, Student } from './person.ts'

/**
 * Somebody whose screen no test looks at: they have no browser. What they do the server has taken when the call
 * resolves; what they received is what it answers them.
 */
export interface Correspondent extends Account {
  /** What the cookie of their session holds. */
  readonly session: string
  /** Begins the conversation of the two, and answers with its id. */
  beginDirect(other: Account): Promise<string>
  /** Begins a group, and answers with its id. */
  beginGroup(title: string, members: readonly Account[]): Promise<string>
  send(conversationId: string, ...texts: string[]): Promise<void>
  /** Uploads a file, and sends it with a text. */
  sendFile(conversationId: string, text: string, file: GivenFile, as?: UploadMetadata['as']): Promise<void>
  submit(...commands: Command[]): Promise<void>
  /** The texts of a conversation, from its first message. */
  read(conversationId: string): Promise<string[]>
  /** The message that says this. */
  findMessage(conversationId: string, text: string): Promise<MessageRow>
}

export async function register(url: string, student: Student): Promise<Correspondent> {
  const { name } = student
  const answer = await fetch(`${url}/api/register`, toPost(student))
  if (!answer.ok) throw new Error(`${name} could not register: ${await answer.text()}`)
  const { user } = v.parse(me, await answer.json())
  const session = answer.headers.getSetCookie()[0]?.split(';')[0]?.split('=')[1]
  if (session === undefined) throw new Error(`${name} has no session`)

  async function ask(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set(PROTOCOL_HEADER, String(PROTOCOL_VERSION))
    headers.set('cookie', `${SESSION_COOKIE}=${session}`)
    // One that was kept may be closed by the server in the very moment in which it is used again.
    headers.set('connection', 'close')
    const answer = await fetch(url + path, { ...init, headers })
    if (!answer.ok) throw new Error(`${name} got ${answer.status}: ${await answer.text()}`)
    return answer
  }

  async function call(path: string, post: RequestInit = {}): Promise<unknown> {
    return (await ask(path, post)).json()
  }

  async function submit(...commands: Command[]): Promise<void> {
    const { results } = v.parse(commandsAnswer, await call('/api/commands', toPost({ commands })))
    for (const result of results) if (result.status === 'refused') throw new Error(`${name}: ${result.message}`)
  }

  async function list(conversationId: string): Promise<MessageRow[]> {
    const { rows } = v.parse(historyPage, await call(`/api/history?conversation=${conversationId}&at=0`))
    return rows.filter((row) => row.type === 'message')
  }

  return {
    ...student,
    userId: user.id,
    session,
    submit,
    async beginDirect(other) {
      const command = createDirect(user.id, other.userId)
      await submit(command)
      return command.conversationId
    },
    async beginGroup(title, members) {
      const ids = members.map(({ userId }) => userId)
      const command = createGroup(ids, { title })
      await submit(command)
      return command.conversationId
    },
    send: (conversationId, ...texts) =>
      submit(...texts.map((text) => send(conversationId, text, { writtenAt: Date.now() }))),
    async sendFile(conversationId, text, { name, buffer }, as = 'document') {
      const file = exampleFile(buffer, { name, as })
      const length = { 'upload-length': String(buffer.length), 'upload-metadata': toMetadata(file) }
      const announced = await ask('/api/uploads', { method: 'POST', headers: { ...TUS, ...length } })
      const piece = { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
      // What they sent before is there already.
      if (announced.headers.get('upload-offset') === '0') {
        await ask(`/api/uploads/${file.id}`, { method: 'PATCH', headers: piece, body: new Uint8Array(buffer) })
      }
      await call(`/api/uploads/${file.id}/finish`, toPost({}))
      const files = [{ id: file.id, description: '' }]
      await submit(send(conversationId, text, { writtenAt: Date.now(), files }))
    },
    read: async (conversationId) => (await list(conversationId)).map(({ text }) => text ?? 'Message deleted'),
    async findMessage(conversationId, text) {
      const found = (await list(conversationId)).find((message) => message.text === text)
      if (found === undefined) throw new Error(`${name} has no message “${text}”`)
      return found
    },
  }
}

function toPost(body: unknown) {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
