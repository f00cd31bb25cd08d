import 'fake-indexeddb/auto'
import { Dexie, type Observable } from 'dexie'
import { openAsStudent } from '../../../client/data/classroom/open-as-student.ts'
import type { OpenedClassroom } from '../../../client/data/classroom/opened-classroom.ts'
import type { PhotosApi } from '../../../client/sync/classroom/api.ts'
import { ClassroomDatabase, studentDatabaseName } from '../../../client/sync/classroom/database.ts'
// Opening a room loads it later: here at once, for what is loaded takes real time, and the clock of a test is none.
import '../../../client/sync/classroom/follow-student.ts'
import '../../../client/sync/classroom/follow-desk.ts'
import type { Environment, SocketEvents } from '../../../client/sync/environment.ts'
import type { StudentCommand, Token } from '../../../shared/classroom/commands.ts'
import { CLASSROOM_ERRORS, type ClassroomErrorCode } from '../../../shared/classroom/errors.ts'
import type { ClassroomDownFrame, ClassroomUpFrame } from '../../../shared/classroom/frames.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION } from '../../../shared/classroom/version.ts'
import type { ClassroomLogRow, ClassroomRow, QuestionRow, ReplyRow } from '../../../shared/classroom/rows.ts'
import type { Lineage } from '../../../shared/protocol/http.ts'
import { createFakeBrowser } from '../sync/browser.ts'

export const ROOM = 'abcdefghijkl'
export const STEP = 1_800_000_000_000

export interface Asked {
  path: string
  init: RequestInit
  body: { command: StudentCommand; token?: Token; work?: string }
  at: number
}

/** What the test lets the server say to a command; nothing: it is taken. */
export type Verdict =
  | { code: ClassroomErrorCode; retryAfterMs?: number; challenge?: unknown }
  | 'unanswered'
  | 'taken but unanswered'
  | undefined

/** A server that has nothing to do with photos. */
export const NO_PHOTOS: PhotosApi = {
  announcePhoto: async () => ({ kind: 'unreachable' }),
  findReceived: async () => ({ kind: 'unreachable' }),
  sendPiece: async () => ({ kind: 'unreachable' }),
  finishPhoto: async () => ({ kind: 'unreachable' }),
}

export const classroomRow = (change: Partial<ClassroomRow> = {}): ClassroomRow => ({
  ...{ type: 'classroom', seq: 1, id: ROOM, title: 'Algebra', code: 'abcdefgh', mode: 'open' },
  ...{ opensAt: null, endsAt: null, threadsUntil: null, slowSeconds: 0, answers: 'everyone', names: true },
  ...{ issuer: null, focusQuestionId: null, focusPollId: null, createdAt: STEP, ...change },
})

export const questionRow = (change: Partial<QuestionRow> & { id: string }): QuestionRow => ({
  ...{ type: 'question', seq: 2, n: 1, text: 'Why?', name: null, askedAt: STEP, edited: false, state: 'shown' },
  ...{ reason: null, note: null, mergedInto: null, pinned: false, answered: 'no', muted: false, votes: 0, ...change },
})

export const replyRow = (change: Partial<ReplyRow> & { id: string; questionId: string }): ReplyRow => ({
  ...{ type: 'reply', seq: 3, by: 'staff', staffName: 'Lena', text: 'Because.', at: STEP, edited: false },
  ...{ endorsed: false, state: 'shown', ...change },
})

/** A log of one classroom, a network that a test cuts, and tabs of one browser. */
export function createFakeRoom() {
  const browser = createFakeBrowser()
  const asked: Asked[] = []
  const errors: unknown[] = []
  const sockets = new Set<{ events: SocketEvents; live: boolean }>()
  let log: ClassroomLogRow[] = [classroomRow()]
  let head = 1
  let lineages: Lineage[] = [{ id: 'one', start: 0 }]
  let online = true
  let allowsSockets = true
  let judge: (asked: Asked) => Verdict = () => undefined
  const uploads = createFakeUploads()
  let chance = () => 0.5
  /** What answers in the server's place. */
  let stranger: (() => Response) | undefined
  const held: (() => void)[] = []

  const reply = (status: number, body: unknown) =>
    new Response(JSON.stringify(body), { status, headers: { [CLASSROOM_HEADER]: String(CLASSROOM_VERSION) } })
  const refuse = (code: ClassroomErrorCode, more: object = {}) =>
    reply(CLASSROOM_ERRORS[code].status, { error: { code, message: CLASSROOM_ERRORS[code].sentence, ...more } })

  /** Puts rows into the log, as the newest change of it, and tells all sockets. */
  function put(...rows: ClassroomLogRow[]): number {
    const from = head
    const stamped = rows.map((row) => ({ ...row, seq: (head += 1) }))
    const keyOf = (row: ClassroomLogRow) => row.type + ('id' in row ? row.id : 'userId' in row ? row.userId : '')
    const changed = new Set(stamped.map(keyOf))
    log = [...log.filter((row) => !changed.has(keyOf(row))), ...stamped]
    held.splice(0).forEach((answer) => answer())
    for (const { live, events } of sockets) {
      if (live) tell(events, { type: 'rows', lineage: lineageNow().id, from, to: head, rows: stamped })
    }
    return head
  }

  const lineageNow = () => lineages.at(-1) ?? { id: 'one', start: 0 }
  const endsOfLineages = () => lineages.map(({ id }, index) => ({ id, end: lineages[index + 1]?.start ?? head }))
  /** Whether the log still has what it told up to there. */
  const isKnown = (lineage: string, cursor: number) =>
    cursor === 0 || endsOfLineages().some(({ id, end }) => id === lineage && cursor <= end)

  function tell(events: SocketEvents, frame: ClassroomDownFrame): void {
    queueMicrotask(() => online && events.onMessage(JSON.stringify(frame)))
  }

  function take(command: StudentCommand): number {
    const found = log.find((row): row is QuestionRow => row.type === 'question' && row.id === questionOf(command))
    switch (command.type) {
      case 'question.ask': {
        if (found !== undefined) return head
        const { id, text, name = null, photo } = command
        const asked = { id, n: countQuestions() + 1, text, name }
        return put(questionRow(photo === undefined ? asked : { ...asked, text: null, state: 'held' }))
      }
      case 'question.edit':
        return found === undefined ? head : put({ ...found, text: command.text, edited: true })
      case 'question.withdraw':
        return found === undefined ? head : put({ ...found, text: null, state: 'withdrawn' })
      case 'vote.cast':
        return found === undefined ? head : put({ ...found, votes: found.votes + 1 })
      case 'vote.retract':
        return found === undefined ? head : put({ ...found, votes: found.votes - 1 })
      case 'reply.follow-up':
        return put(replyRow({ id: command.id, questionId: command.questionId, by: 'asker', text: command.text }))
      default:
        return head
    }
  }

  const countQuestions = () => log.filter(({ type }) => type === 'question').length

  async function fetch(path: string, init: RequestInit): Promise<Response> {
    await Promise.resolve()
    if (!online) throw new TypeError('no network')
    if (stranger !== undefined) return stranger()
    const url = new URL(path, 'https://chatbox.test')
    if (url.pathname.endsWith('/pull')) return pull(url.searchParams)
    const uploading = /\/uploads(?:\/([^/]+))?(\/finish)?$/.exec(url.pathname)
    if (uploading !== null) {
      const answer = await uploads.take(init, uploading[1], uploading[2] !== undefined, browser.clock.now())
      if (answer === 'lost') throw new TypeError('the network broke')
      const headers = { [CLASSROOM_HEADER]: String(CLASSROOM_VERSION) }
      return typeof answer === 'string'
        ? refuse(answer)
        : new Response(null, { status: 204, headers: { ...headers, 'upload-offset': String(answer) } })
    }
    if (!url.pathname.endsWith('/commands')) return refuse('not_found')
    const one: Asked = { path, init, body: JSON.parse(init.body as string) as Asked['body'], at: browser.clock.now() }
    asked.push(one)
    const verdict = judge(one)
    if (verdict === 'unanswered') throw new TypeError('no network')
    if (typeof verdict === 'object') {
      const { code, ...more } = verdict
      return refuse(code, more)
    }
    const { command } = one.body
    const isAgain = log.some((row) => row.type === 'question' && row.id === command.id)
    if (command.type === 'question.ask' && command.photo !== undefined && !isAgain && !uploads.name(command.photo.id)) {
      return refuse('photo_missing')
    }
    const seq = take(command)
    if (verdict === 'taken but unanswered') throw new TypeError('no network')
    return reply(200, { seq })
  }

  async function pull(query: URLSearchParams): Promise<Response> {
    const from = Number(query.get('cursor'))
    if (!isKnown(query.get('lineage') ?? '', from)) return refuse('lineage_ended', { lineages: endsOfLineages() })
    if (query.get('wait') === '1' && from === head) await hold()
    const rows = log.filter((row) => row.seq > from).sort((one, other) => one.seq - other.seq)
    return reply(200, { epoch: '', lineage: lineageNow(), from, to: head, head, devices: 12, rows })
  }

  function hold(): Promise<void> {
    return new Promise((resolve) => {
      held.push(resolve)
      browser.clock.after(25_000, resolve)
    })
  }

  function openSocket(events: SocketEvents) {
    const socket = { events, live: false }
    if (!online || !allowsSockets) queueMicrotask(() => events.onClose(1006))
    else {
      sockets.add(socket)
      queueMicrotask(() => events.onOpen())
    }
    return {
      send(text: string | Uint8Array) {
        const frame = JSON.parse(String(text)) as ClassroomUpFrame
        if (frame.type === 'pong') return
        if (frame.type === 'probe') return ping(socket)
        if (frame.type === 'hello') {
          const welcome = { protocol: CLASSROOM_VERSION, epoch: '', head, heartbeatMs: 15_000, devices: 12 }
          tell(events, { type: 'welcome', ...welcome })
        }
        socket.live = frame.cursor === head && isKnown(frame.lineage, frame.cursor)
        tell(events, socket.live ? { type: 'live' } : { type: 'behind' })
      },
      close() {
        sockets.delete(socket)
      },
    }
  }

  function ping({ events, live }: { events: SocketEvents; live: boolean }): void {
    const at = live ? head : null
    tell(events, { type: 'ping', head, devices: 12, lineage: lineageNow().id, from: at, to: at })
  }

  function beat(): void {
    sockets.forEach(ping)
    browser.clock.after(15_000, beat)
  }
  beat()

  function closeSockets(): void {
    for (const { events } of sockets) queueMicrotask(() => events.onClose(1006))
    sockets.clear()
  }

  /** Another tab of the same browser. */
  function openTab() {
    const tab = browser.openTab()
    const environment: Environment = {
      ...{ ...tab.environment, fetch, openSocket, random: () => chance(), serverClock: browser.serverClock },
      isNetworkPoor: () => false,
      estimateFree: () => Promise.resolve(undefined),
      ...{ persistStorage: () => undefined, requestBackgroundSync: () => undefined },
      onError: (error) => errors.push(error),
    }
    return { ...tab, environment, open: (keyHash: string | null = null) => openAsStudent(environment, ROOM, keyHash) }
  }

  return {
    ...{ browser, asked, errors, put, openTab, uploads, head: () => head },
    /** The types of the commands that were asked, in order. */
    types: () => asked.map(({ body }) => body.command.type),
    judge: (next: (asked: Asked) => Verdict) => (judge = next),
    chance: (next: () => number) => (chance = next),
    rows: () => log,
    cut() {
      online = false
      closeSockets()
    },
    mend: () => (online = true),
    isOnline: () => online,
    forbidSockets() {
      allowsSockets = false
      closeSockets()
    },
    /** From now on nothing but this answers; undefined: the server again. */
    answerInstead(answer: (() => Response) | undefined) {
      stranger = answer
      allowsSockets = answer === undefined
      closeSockets()
    },
    refuse,
    /** Goes back to what the log was; whoever writes to it from here on begins another lineage. */
    restore(to: readonly ClassroomLogRow[]) {
      log = [...to]
      head = Math.max(...log.map(({ seq }) => seq))
      lineages = [...lineages, { id: 'two', start: head }]
      closeSockets()
    },
    /** Lets time pass until a fact holds, at most five minutes of it. */
    async passUntil(fact: () => boolean | Promise<boolean>) {
      for (let passed = 0; passed < 5 * 60_000; passed += 250) {
        if (await settleUntil(fact)) return
        browser.clock.advance(250)
      }
      throw new Error('it did not come true')
    },
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 250) {
        await turns(30)
        browser.clock.advance(Math.min(left, 250))
      }
      await turns(60)
    },
  }
}

/** What a server has of photos on their way. */
function createFakeUploads() {
  const held = new Map<string, { bytes: number; received: number; isWhole: boolean; content: Blob[] }>()
  const log: { what: string; id: string; at: number; init: RequestInit }[] = []
  type Met = 'lost' | 'answer lost' | ClassroomErrorCode | undefined
  /** What a test lets happen to a request: it is lost before it arrives, or its answer is, or it is refused; now or later. */
  let meet: (what: string) => Met | Promise<Met> = () => undefined

  function metadataOf(init: RequestInit): Record<string, string> {
    const header = new Headers(init.headers).get('upload-metadata') ?? ''
    return Object.fromEntries(header.split(',').map((pair) => [pair.split(' ')[0], atob(pair.split(' ')[1] ?? '')]))
  }

  async function answer(init: RequestInit, id: string, what: string): Promise<number | ClassroomErrorCode> {
    const headers = new Headers(init.headers)
    if (what === 'announce') {
      const { received = 0 } = held.get(id) ?? {}
      const bytes = Number(headers.get('upload-length'))
      held.set(id, held.get(id) ?? { bytes, received, isWhole: false, content: [] })
      return received
    }
    const upload = held.get(id)
    if (upload === undefined) return 'not_found'
    if (what === 'find') return upload.received
    if (what === 'finish') {
      if (upload.received < upload.bytes) return 'photo_missing'
      upload.isWhole = true
      return upload.received
    }
    if (Number(headers.get('upload-offset')) !== upload.received) return 'wrong_offset'
    const piece = init.body as Blob
    upload.content.push(piece)
    upload.received += piece.size
    return upload.received
  }

  return {
    held,
    log,
    /** What was asked, in order, without the ids. */
    steps: () => log.map(({ what }) => what),
    meet: (next: typeof meet) => (meet = next),
    async take(init: RequestInit, path: string | undefined, isFinish: boolean, at: number) {
      const what = path === undefined ? 'announce' : isFinish ? 'finish' : init.method === 'PATCH' ? 'piece' : 'find'
      const id = path ?? metadataOf(init).id ?? ''
      const met = await meet(what)
      if (met === 'lost') return 'lost'
      log.push({ what, id, at, init })
      if (met !== undefined && met !== 'answer lost') return met
      const answered = await answer(init, id, what)
      return met === 'answer lost' ? 'lost' : answered
    },
    /** A question names it: false where it is not whole. */
    name(id: string): boolean {
      return held.get(id)?.isWhole === true && held.delete(id)
    },
  }
}

export type FakeRoom = ReturnType<typeof createFakeRoom>

function questionOf(command: StudentCommand): string {
  if (command.type === 'question.ask') return command.id
  return 'questionId' in command ? command.questionId : ''
}

async function settleUntil(fact: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let turn = 0; turn < 6; turn += 1) {
    if (await fact()) return true
    await turns(10)
  }
  return false
}

/** Turns of the event loop: a database in memory takes a few for each transaction. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** Waits, without time passing on the fake clock, for the first value for which the fact holds. */
export function first<Value>(source: Observable<Value>, fact: (value: Value) => boolean): Promise<Value> {
  return new Promise((resolve, reject) => {
    const subscription = source.subscribe({
      next(value) {
        if (!fact(value)) return
        resolve(value)
        queueMicrotask(() => subscription.unsubscribe())
      },
      error: reject,
    })
  })
}

/** Waits until the room is live. */
export async function whenLive(fake: FakeRoom, room: OpenedClassroom): Promise<void> {
  let state = ''
  const subscription = room.connection.subscribe((connection) => (state = connection.state))
  await fake.passUntil(() => state === 'live')
  subscription.unsubscribe()
}

/** Waits until the room is known not to be live. */
export async function whenNotLive(fake: FakeRoom, room: OpenedClassroom): Promise<void> {
  let state = 'live'
  const subscription = room.connection.subscribe((connection) => (state = connection.state))
  await fake.passUntil(() => state !== 'live')
  subscription.unsubscribe()
}

export async function removeRooms(): Promise<void> {
  reader.close({ disableAutoOpen: false })
  for (const name of await Dexie.getDatabaseNames()) {
    if (name.startsWith(studentDatabaseName(ROOM))) await Dexie.delete(name)
  }
}

const reader = new ClassroomDatabase(studentDatabaseName(ROOM))

/** What lies in the outbox, as another reader of the database finds it. */
export async function readOutbox() {
  return reader.outbox.orderBy('position').toArray()
}
