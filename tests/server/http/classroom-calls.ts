import { RSABSSA } from '@cloudflare/blindrsa-ts'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import type { StaffCommand, StudentCommand, StudentCommandOf, Token } from '../../../shared/classroom/commands.ts'
import type { CreateClassroomBody } from '../../../shared/classroom/http.ts'
import { TOKENS_PER_DEVICE } from '../../../shared/classroom/limits.ts'
import type { Answer, ApiServer } from './api-server.ts'

// Short words for what tests do at the door of a classroom.

export interface MadeClassroom {
  id: string
  code: string
  issuer: string | null
}

export async function makeClassroom(
  server: Pick<ApiServer, 'call'>,
  cookie: string,
  changes: Partial<CreateClassroomBody> = {},
): Promise<MadeClassroom> {
  const answer = await server.call('POST', '/api/classrooms', { cookie, body: { ...classroomBody, ...changes } })
  if (answer.status !== 200) throw new Error(`no classroom was made: ${answer.content.toString()}`)
  return answer.body as MadeClassroom
}

export const classroomBody: CreateClassroomBody = {
  title: 'Linear algebra',
  mode: 'open',
  opensAt: null,
  endsAt: null,
  threadsUntil: null,
  slowSeconds: 0,
  answers: 'staff',
  names: false,
  words: [],
  groupId: null,
}

export function say(
  server: Pick<ApiServer, 'call'>,
  classroomId: string,
  command: StudentCommand,
  more: { token?: Token; work?: string; headers?: Record<string, string>; cookie?: string } = {},
): Promise<Answer> {
  const { headers, cookie, ...rest } = more
  const path = `/q/api/${classroomId}/commands`
  return server.call('POST', path, { body: { command, ...rest }, cookie, ...(headers && { headers }) })
}

export function sayAsStaff(
  server: Pick<ApiServer, 'call'>,
  classroomId: string,
  cookie: string,
  ...commands: StaffCommand[]
): Promise<Answer> {
  return server.call('POST', `/api/classrooms/${classroomId}/commands`, { cookie, body: { commands } })
}

export function createReceipt(): { receipt: string; receiptHash: string } {
  const secret = randomBytes(32)
  return {
    receipt: secret.toString('base64url'),
    receiptHash: createHash('sha256').update(secret).digest('base64url'),
  }
}

export function ask(text = 'Why?', receiptHash = createReceipt().receiptHash): StudentCommandOf<'question.ask'> {
  return { type: 'question.ask', id: randomUUID(), text, name: null, receiptHash }
}

export function addStaff(userId: string): StaffCommand {
  return { type: 'staff.add', id: uuidv7(), userId }
}

export function removeStaff(userId: string): StaffCommand {
  return { type: 'staff.remove', id: uuidv7(), userId }
}

/** A device of a member that gets its tokens, as RFC 9474 has it. */
export async function createTokenDevice(issuer: string) {
  const suite = RSABSSA.SHA384.PSS.Randomized()
  const algorithm = { name: 'RSA-PSS', hash: 'SHA-384' }
  const key = await crypto.subtle.importKey('spki', Buffer.from(issuer, 'base64url'), algorithm, true, ['verify'])
  const made = await Promise.all(
    Array.from({ length: TOKENS_PER_DEVICE }, async () => {
      const prepared = suite.prepare(new Uint8Array(randomBytes(32)))
      return { prepared, ...(await suite.blind(key, prepared)) }
    }),
  )
  const toText = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
  return {
    blinded: made.map(({ blindedMsg }) => toText(blindedMsg)),
    finish: (signatures: readonly string[]): Promise<Token[]> =>
      Promise.all(
        made.map(async ({ prepared, inv }, index) => {
          const signature = new Uint8Array(Buffer.from(signatures[index] ?? '', 'base64url'))
          return {
            message: toText(prepared),
            signature: toText(await suite.finalize(key, prepared, signature, inv)),
          }
        }),
      ),
  }
}
