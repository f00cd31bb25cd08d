import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { WebSocket } from 'ws'
import { solveWork } from '../../client/sync/classroom/work.ts'
import type { StaffCommand, StudentCommand } from '../../shared/classroom/commands.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION } from '../../shared/classroom/version.ts'
import { classroomErrorBody } from '../../shared/classroom/errors.ts'
import {
  classroomPullPage,
  createClassroomAnswer,
  type CreateClassroomBody,
  type StudentCommandBody,
} from '../../shared/classroom/http.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../shared/protocol/version.ts'
import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'
import { me, pullPage } from '../../shared/protocol/http.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'

/** The last version whose frames are JSON: the attack looks for words in what an account hears. */
const VERSION_IN_TEXT = 4

/** Whoever sends something, with an address and a browser that can be told from everybody else's. */
export interface Wire {
  readonly address: string
  readonly browser: string
  /** Bodies and paths of all that was sent under the classroom's path. */
  readonly sent: string[]
}

/** Somebody with an account. */
export interface Account extends Wire {
  readonly userId: string
  readonly handle: string
  readonly sessionId: string
  readonly cookie: string
  /** What the server told the account's socket, which is live. */
  readonly frames: string[]
  /** How far in the campus log it was told. */
  cursor(): number
  close(): void
}

let wires = 0
export function createWire(): Wire {
  wires += 1
  return {
    address: `10.${77 + (wires >> 8)}.${wires & 255}.17`,
    browser: `Telltale/${wires}.${randomUUID()}`,
    sent: [],
  }
}

function headersOf({ address, browser }: Wire): Record<string, string> {
  return { 'x-forwarded-for': address, 'user-agent': browser, 'content-type': 'application/json' }
}

/** Registers somebody and opens the account's socket. */
export async function register(url: string, handle: string): Promise<Account> {
  const wire = createWire()
  const answer = await fetch(`${url}/api/register`, {
    method: 'POST',
    headers: headersOf(wire),
    body: JSON.stringify({ handle, name: `Name of ${handle}`, password: 'a good password' }),
  })
  const { user, sessionId } = v.parse(me, await answer.json())
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const frames: string[] = []
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/socket`, { headers: { ...headersOf(wire), cookie } })
  const opened = new Promise((resolve) => socket.once('open', resolve))
  let { epoch, to: cursor } = await pullCampus(url, wire, cookie)
  socket.on('message', (content: Buffer) => {
    frames.push(content.toString())
    const frame = v.parse(
      v.looseObject({ type: v.string(), to: v.nullish(v.number()) }),
      JSON.parse(content.toString()),
    )
    cursor = frame.to ?? cursor
    if (frame.type === 'ping') socket.send(JSON.stringify({ type: 'pong', cursor }))
    if (frame.type === 'behind') void resume()
  })
  socket.on('error', () => undefined)
  await opened
  socket.send(
    JSON.stringify({ type: 'hello', protocol: VERSION_IN_TEXT, account: user.id, log: CAMPUS_LOG, epoch, cursor }),
  )
  async function resume(): Promise<void> {
    ;({ epoch, to: cursor } = await pullCampus(url, wire, cookie))
    socket.send(JSON.stringify({ type: 'resume', log: CAMPUS_LOG, epoch, cursor }))
  }
  return {
    ...wire,
    userId: user.id,
    handle,
    sessionId,
    cookie,
    frames,
    cursor: () => cursor,
    close: () => socket.terminate(),
  }
}

/** Pulls the campus afresh to its end. */
export async function pullCampus(url: string, wire: Wire, cookie: string): Promise<{ epoch: string; to: number }> {
  let next = ''
  for (;;) {
    const { text } = await ask(url, `/api/pull?log=${CAMPUS_LOG}&epoch=&cursor=0${next}`, wire, { cookie })
    const page = v.parse(pullPage, JSON.parse(text))
    if (page.next === null) return { epoch: page.epoch, to: page.to }
    next = `&next=${encodeURIComponent(page.next)}`
  }
}

/** Both contracts in their newest version: whoever says none is answered in the oldest. */
const SPOKEN = { [CLASSROOM_HEADER]: String(CLASSROOM_VERSION), [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) }

/** Any route, with the account's cookie or without. */
export async function ask(
  url: string,
  path: string,
  wire: Wire,
  init: { cookie?: string; authorization?: string; body?: unknown } = {},
) {
  const { cookie, authorization, body } = init
  const answer = await fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...headersOf(wire),
      ...SPOKEN,
      ...(cookie !== undefined && { cookie }),
      ...(authorization && { authorization }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const headers = JSON.stringify([...answer.headers].filter(([name]) => name !== 'date'))
  const text = await answer.text()
  return { status: answer.status, text, headers }
}

/** The operator scrapes it: what it tells is theirs too. */
export const METRICS_TOKEN = 'an-operator-scrapes-this'

export const OPEN: CreateClassroomBody = {
  title: 'Analysis I',
  mode: 'open',
  opensAt: null,
  endsAt: null,
  threadsUntil: null,
  slowSeconds: 0,
  answers: 'everyone',
  names: true,
  words: [],
  groupId: null,
}

export async function createClassroom(url: string, teacher: Account, body: Partial<CreateClassroomBody> = {}) {
  const { text } = await ask(url, '/api/classrooms', teacher, { cookie: teacher.cookie, body: { ...OPEN, ...body } })
  return v.parse(createClassroomAnswer, JSON.parse(text))
}

type WithoutId<Command> = Command extends unknown ? Omit<Command, 'id'> : never

/** What staff does; throws when it is refused. */
export async function act(
  url: string,
  teacher: Account,
  id: string,
  command: WithoutId<StaffCommand>,
): Promise<string> {
  const commands = [{ ...command, id: uuidv7() }]
  const path = `/api/classrooms/${id}/commands`
  const { text } = await ask(url, path, teacher, { cookie: teacher.cookie, body: { commands } })
  if (!text.includes('"accepted"')) throw new Error(`not taken: ${text}`)
  return commands[0]?.id ?? ''
}

export async function pullRows(url: string, id: string, wire: Wire): Promise<ClassroomLogRow[]> {
  const rows: ClassroomLogRow[] = []
  let cursor = 0
  let epoch = ''
  for (;;) {
    const { text } = await ask(url, `/q/api/${id}/pull?epoch=${epoch}&cursor=${cursor}`, wire)
    const page = v.parse(classroomPullPage, JSON.parse(text))
    rows.push(...page.rows)
    cursor = page.to
    epoch = page.epoch
    if (page.to >= page.head) return rows
  }
}

/** One browser in a classroom, as the contract has it. */
export interface Asker {
  readonly wire: Wire
  readonly account: Account | undefined
  /** The receipts that this browser alone knows. */
  readonly receipts: string[]
  /** Ids of the rows it made. */
  readonly made: string[]
  /** What the classroom's socket told. */
  readonly frames: string[]
  do(command: StudentCommand): Promise<{ status: number; text: string }>
  ask(text: string): Promise<Asked>
  /** Asks with a photo, uploaded as the app does. */
  askWithPhoto(text: string, photo: Buffer): Promise<Asked>
  vote(questionId: string): Promise<{ status: number; text: string }>
  answer(pollId: string, choice: number[] | string): Promise<{ status: number; text: string }>
  close(): void
}

export interface Asked {
  id: string
  receipt: string
}

export async function enter(url: string, id: string, account?: Account): Promise<Asker> {
  const wire = account ?? createWire()
  const secret = randomBytes(32)
  const receipts: string[] = []
  const made: string[] = []
  const frames: string[] = []
  const address = `${url.replace(/^http/, 'ws')}/q/api/${id}/socket`
  const socket = new WebSocket(address, { headers: headersOf(wire) })
  socket.on('message', (content: Buffer) => frames.push(content.toString()))
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(JSON.stringify({ type: 'hello', protocol: CLASSROOM_VERSION, epoch: '', cursor: 0 }))

  const send = (command: StudentCommand) => sendAsStudent(url, id, wire, command)
  const derive = (name: string) => {
    const receipt = createHmac('sha256', secret).update(name).digest('base64url')
    receipts.push(receipt)
    return receipt
  }
  const askQuestion = async (text: string, photo?: { id: string; description: string }): Promise<Asked> => {
    const id = randomUUID()
    const receipt = randomBytes(32).toString('base64url')
    receipts.push(receipt)
    made.push(id)
    const question = { type: 'question.ask', id, text, name: null, receiptHash: hashReceipt(receipt) } as const
    const { status, text: answer } = await send({ ...question, ...(photo && { photo }) })
    if (status !== 200) throw new Error(`not asked: ${answer}`)
    return { id, receipt }
  }
  return {
    wire,
    account,
    receipts,
    made,
    frames,
    do: send,
    ask: (text) => askQuestion(text),
    async askWithPhoto(text, photo) {
      const uploadId = randomUUID()
      receipts.push(uploadId)
      await uploadPhoto(url, id, wire, uploadId, photo)
      return askQuestion(text, { id: uploadId, description: '' })
    },
    async vote(questionId) {
      const command = { type: 'vote.cast', id: randomUUID(), questionId } as const
      made.push(command.id)
      return send({ ...command, receiptHash: hashReceipt(derive(questionId)) })
    },
    async answer(pollId, choice) {
      const command = { type: 'poll.answer', id: randomUUID(), pollId, choice } as const
      made.push(command.id)
      return send({ ...command, receiptHash: hashReceipt(derive(pollId)) })
    },
    close: () => socket.terminate(),
  }
}

/** One command of a student's in a request of its own; past the rate at which they are free, with the proof of work that is asked for. */
export async function sendAsStudent(url: string, id: string, wire: Wire, command: StudentCommand) {
  const path = `/q/api/${id}/commands`
  const attempt = async (body: StudentCommandBody) => {
    wire.sent.push(`${path} ${JSON.stringify(body)}`)
    return ask(url, path, wire, { body })
  }
  const answer = await attempt({ command })
  if (answer.status !== 429) return answer
  const { error } = v.parse(classroomErrorBody, JSON.parse(answer.text))
  if (error.code !== 'work_needed') return answer
  const work = await solveWork(error.challenge)
  return attempt(work === undefined ? { command } : { command, work })
}

/** The photo of a question to come, over tus (https://tus.io/protocols/resumable-upload) in two pieces, until it was looked at. */
async function uploadPhoto(url: string, id: string, wire: Wire, uploadId: string, photo: Buffer): Promise<void> {
  const path = `/q/api/${id}/uploads`
  const request = async (method: string, at: string, headers: Record<string, string>, body?: Buffer) => {
    wire.sent.push(`${at} ${JSON.stringify(headers)}`)
    const answer = await fetch(url + at, {
      method,
      headers: { ...headersOf(wire), ...SPOKEN, 'tus-resumable': '1.0.0', ...headers },
      ...(body && { body: new Uint8Array(body) }),
    })
    const text = await answer.text()
    if (!answer.ok && answer.status !== 429) throw new Error(`${method} ${at}: ${answer.status} ${text}`)
    return { status: answer.status, text }
  }
  const announce = (metadata: Record<string, string>) =>
    request('POST', path, {
      ...{ 'content-type': '', 'upload-length': String(photo.length) },
      'upload-metadata': Object.entries(metadata)
        .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
        .join(),
    })
  const announced = await announce({ id: uploadId })
  if (announced.status === 429) {
    const { error } = v.parse(classroomErrorBody, JSON.parse(announced.text))
    const work = error.code === 'work_needed' ? await solveWork(error.challenge) : undefined
    await announce({ id: uploadId, ...(work !== undefined && { work }) })
  }
  const half = Math.floor(photo.length / 2)
  for (const [from, to] of [
    [0, half],
    [half, photo.length],
  ] as const) {
    const headers = { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(from) }
    await request('PATCH', `${path}/${uploadId}`, headers, photo.subarray(from, to))
  }
  await request('POST', `${path}/${uploadId}/finish`, {}, Buffer.from('{}'))
}

export function hashReceipt(receipt: string): string {
  return createHash('sha256').update(Buffer.from(receipt, 'base64url')).digest('base64url')
}
