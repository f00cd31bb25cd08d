import { ERRORS, refusal, type ErrorCode, type Refusal } from '../../../shared/protocol/errors.ts'
import type { OutboxEntry, Upload } from '../database.ts'
import type { Ending, RowTable } from '../log/kind.ts'
import { holdFrom } from '../log/outbox.ts'
import { isPatient } from '../offers.ts'
import type { ClientTables } from '../tables.ts'
import type { Contents } from './contents.ts'
import type { Announced, FilesApi } from './files-api.ts'
import { hashContent } from './hash-content.ts'
import { isReadable } from './is-readable.ts'
import type { PieceSize } from './piece-size.ts'
import type { Sent } from './send-pieces.ts'

/*
 * Brings the files of messages that wait to the server, whoever is at it, a tab or the service worker, now or after a week:
 *
 *   waiting ── announced ── pieces, from where the last one ended ── looked at by the server ──▶ whole
 *      ▲  │                        │
 *      │  └── paused, by a person  └── the network: later, from there
 *      │
 *      └── sent again ── the message refused, with the file's name and what is wrong with it
 *
 * Nothing is removed here before the server has the message: a file that the server lost goes up once more. The message
 * itself is the outbox's, which lets it go as soon as all of its files are whole.
 *
 * Two are under way at a time, and another one begins whenever one of them ends or something changes. Who is at it twice,
 * as two tabs may for a moment, sends some bytes in vain: the server takes each one in its place, and one of the two finds
 * all of it there.
 */

/** What of a device's tables uploads concern: `messages` are those that arrived. */
export type UploadTables = Pick<ClientTables, 'uploads' | 'outbox'> & {
  messages: Pick<RowTable<{ id: string }, string>, 'bulkGet'>
}

export interface UploadStore {
  transact<Answer>(work: (tables: UploadTables) => Promise<Answer>): Promise<Answer>
  onOutboxChange(listener: () => void): () => void
}

export interface UploadPart {
  store: UploadStore
  contents: Contents
  api: Pick<FilesApi, 'create' | 'finish' | 'cancel'>
  sendPieces(options: {
    id: string
    content: Blob
    pieceSize: PieceSize
    onSent(bytes: number): void
    signal: AbortSignal
  }): Promise<Sent>
  pieceSize: PieceSize
  newId(): string
  now(): number
  onError(error: unknown): void
}

/** A large one does not hold up a small one. */
const AT_ONCE = 2
/** Whatever the server answers, a file is not sent in circles: after so many times it waits for a better moment. */
const TRIES_MAX = 3

/** What is not carried may be the fault of one file, which something between us and the server does not let through. */
const LOST_MAX = 3

/** `changed`: it may go on. `stopped`: by a person, or by who is over. `later`: nothing can be done for it at the moment. */
type Outcome = 'changed' | 'stopped' | 'later' | Exclude<Ending, 'done' | 'unavailable'>

/**
 * Uploads all that waits, the least work first, until nothing is left or the network or the server ends it; `unavailable`
 * when something of it has to wait. Once `over` is aborted somebody else does it: nothing more is sent.
 */
export async function uploadAll(part: UploadPart, over: AbortSignal = new AbortController().signal): Promise<Ending> {
  const running = new Map<string, AbortController>()
  const tries = new Map<string, number>()
  const later = new Set<string>()
  /** So many in a row were not carried. */
  let lost = 0
  let ending: Ending = 'done'
  let note: () => void = () => undefined
  const stopListening = part.store.onOutboxChange(() => {
    void stopUnwanted().catch(part.onError)
    note()
  })
  const stop = () => {
    for (const controller of [...running.values()]) controller.abort()
    note()
  }
  over.addEventListener('abort', stop)

  /** Those that a person paused or took back meanwhile. */
  async function stopUnwanted(): Promise<void> {
    if (running.size === 0) return
    const wanted = new Set((await listWanted(part)).map(({ id }) => id))
    for (const [id, controller] of [...running]) if (!wanted.has(id)) controller.abort()
  }

  /** TypeScript takes it that nothing ends while one awaits. */
  const endingNow = (): Ending => ending
  const isEnded = () => over.aborted || endingNow() !== 'done'

  function begin(upload: Upload): void {
    const controller = new AbortController()
    running.set(upload.id, controller)
    void carry(part, upload, controller.signal)
      .catch((error: unknown): Outcome => {
        part.onError(error)
        return 'later'
      })
      .then((outcome) => {
        running.delete(upload.id)
        take(placeOf(upload), outcome)
        note()
      })
  }

  function take(place: string, outcome: Outcome): void {
    lost = outcome === 'unreachable' ? lost + 1 : 0
    switch (outcome) {
      case 'stopped':
        return
      case 'changed':
        tries.set(place, (tries.get(place) ?? 0) + 1)
        if (tries.get(place) === TRIES_MAX) later.add(place)
        return
      case 'later':
        later.add(place)
        return
      case 'unreachable':
        later.add(place)
        if (lost === LOST_MAX) ending = outcome
        return
      default:
        ending = outcome
    }
  }

  try {
    void takeBack(part, await tidy(part)).catch(part.onError)
    for (;;) {
      const noted = new Promise<void>((resolve) => (note = resolve))
      while (running.size < AT_ONCE && !isEnded()) {
        const next = (await listWanted(part)).find((one) => !running.has(one.id) && !later.has(placeOf(one)))
        if (next === undefined || isEnded()) break
        begin(next)
      }
      if (running.size === 0) break
      await noted
    }
    if (endingNow() !== 'done' || later.size === 0) return endingNow()
    return lost > 0 ? 'unreachable' : 'unavailable'
  } finally {
    stopListening()
    over.removeEventListener('abort', stop)
    stop()
  }
}

/** The same for a file that gets another id. */
function placeOf({ messageId, place }: Upload): string {
  return `${messageId} ${place}`
}

/** What is to go up now: of messages that wait, those with the least left first, and each one's in their order. */
async function listWanted({ store }: UploadPart): Promise<Upload[]> {
  return store.transact(async (tables) => {
    const uploads = await tables.uploads.toArray()
    const waiting = new Set((await tables.outbox.toArray()).filter(isWaiting).map(({ id }) => id))
    const left = new Map<string, number>()
    for (const { messageId, bytes, sent } of uploads) left.set(messageId, (left.get(messageId) ?? 0) + bytes - sent)
    const leftOf = ({ messageId }: Upload) => left.get(messageId) ?? 0
    return uploads
      .filter(({ state, messageId }) => state.kind === 'waiting' && waiting.has(messageId))
      .sort((one, other) => leftOf(one) - leftOf(other) || one.place - other.place)
  })
}

function isWaiting({ state }: OutboxEntry): boolean {
  return state.kind === 'waiting'
}

/**
 * Removes what is left of messages that are done with, in the log or dropped by a person. Returns what the server has of
 * those that were dropped.
 */
async function tidy({ store, contents }: UploadPart): Promise<string[]> {
  const { arrived, dropped } = await store.transact(async (tables) => {
    const uploads = (await tables.uploads.toArray()).filter(({ messageId }) => messageId !== '')
    const queued = new Set((await tables.outbox.toArray()).map(({ id }) => id))
    const over = uploads.filter(({ messageId }) => !queued.has(messageId))
    if (over.length === 0) return { arrived: [], dropped: [] }
    const rows = new Set((await tables.messages.bulkGet(over.map(({ messageId }) => messageId))).map((row) => row?.id))
    await tables.uploads.bulkDelete(over.map(({ id }) => id))
    return {
      arrived: over.filter(({ messageId }) => rows.has(messageId)),
      dropped: over.filter(({ messageId }) => !rows.has(messageId)),
    }
  })
  if (arrived.length > 0) await contents.removeSources(arrived.map(({ id }) => id))
  if (dropped.length > 0) await contents.remove(dropped.map(({ id }) => id))
  return dropped.flatMap(({ id, isCreated }) => (isCreated ? [id] : []))
}

/** Whether or not it hears of it, the server forgets what no message names. */
async function takeBack({ api }: UploadPart, ids: readonly string[]): Promise<void> {
  for (const id of ids) if ((await api.cancel(id)).kind !== 'ok') return
}

async function carry(part: UploadPart, upload: Upload, signal: AbortSignal): Promise<Outcome> {
  const content = await part.contents.find(upload.id, 'whole')
  if (content === undefined) return onGone(part, upload)
  const hashed = await withHash(part, upload, content)
  if (hashed === undefined) return onGone(part, upload)
  if (hashed.isCreated) {
    const outcome = await send(part, hashed, content, signal)
    if (outcome !== 'unknown') return outcome
  }
  if (signal.aborted) return 'stopped'
  const created = await part.api.create(hashed)
  if (created.kind !== 'ok') return onRefused(part, hashed, created)
  await change(part, upload.id, { ...goingOn(hashed), isCreated: true, sent: created.value })
  if (created.value === content.size) return finish(part, hashed)
  const outcome = await send(part, hashed, content, signal)
  return outcome === 'unknown' ? 'later' : outcome
}

/** Undefined when what it holds cannot be read any more, though it is stored. */
async function withHash(part: UploadPart, upload: Upload, content: Blob): Promise<(Upload & Announced) | undefined> {
  const isKnown = upload.sha256 !== null && upload.bytes === content.size
  if (isKnown && !(await isReadable(content))) return undefined
  const sha256 = isKnown ? upload.sha256 : await hashContent(content).catch(() => null)
  if (sha256 === null) return undefined
  const facts = { sha256, bytes: content.size }
  if (!isKnown) await change(part, upload.id, facts)
  return { ...upload, ...facts }
}

async function send(
  part: UploadPart,
  upload: Upload & Announced,
  content: Blob,
  signal: AbortSignal,
): Promise<Outcome | 'unknown'> {
  const { id } = upload
  const sent = await part.sendPieces({
    ...{ id, content, pieceSize: part.pieceSize, signal },
    onSent: (bytes) =>
      void change(part, id, { ...goingOn(upload), sent: Math.min(bytes, content.size) }).catch(part.onError),
  })
  switch (sent.kind) {
    case 'done':
      return finish(part, upload)
    case 'unknown':
      await change(part, id, { isCreated: false, sent: 0 })
      return 'unknown'
    case 'full':
      await change(part, id, { problem: refusal('storage_full') })
      return 'later'
    case 'busy':
      return 'later'
    case 'stopped':
    case 'signed-out':
    case 'unreachable':
      return sent.kind
  }
}

async function finish(part: UploadPart, upload: Upload): Promise<Outcome> {
  const finished = await part.api.finish(upload.id)
  if (finished.kind !== 'ok') return onRefused(part, upload, finished)
  const { problem } = upload
  // Should the message be refused for want of it once more, that is known then.
  const kept = problem?.code === 'file_missing' ? problem : null
  await change(part, upload.id, { state: { kind: 'whole' }, sent: upload.bytes, problem: kept })
  return 'changed'
}

async function onRefused(
  part: UploadPart,
  upload: Upload,
  answer: Exclude<Awaited<ReturnType<FilesApi['finish']>>, { kind: 'ok' }>,
): Promise<Outcome> {
  if (answer.kind !== 'refused') return answer.kind
  const { code, message, retryAfterMs } = answer.error
  const goesOnAt = code === 'slow_down' && retryAfterMs !== undefined ? { goesOnAt: part.now() + retryAfterMs } : {}
  const { id } = upload
  switch (code) {
    case 'not_signed_in':
      return 'signed-out'
    case 'protocol_version':
      return 'outdated'
    case 'not_found':
    case 'file_missing':
      // It forgot it, or part of it; or it is of a version without files.
      await change(part, id, { isCreated: false, sent: 0 })
      return 'later'
    case 'id_taken':
      await giveNewId(part, upload)
      return 'changed'
    case 'file_damaged':
      if (upload.problem?.code === code) return refuse(part, upload, { code, message })
      await change(part, id, { sha256: null, isCreated: false, sent: 0, problem: { code, message } })
      return 'changed'
    default:
      if (!ERRORS[code].retry) return refuse(part, upload, { code, message })
      await change(part, id, { problem: { code, message, ...goesOnAt } })
      return 'later'
  }
}

/**
 * What it holds is not on this device any more. Of a message that the log lost another device of the same person may have
 * it: that one is tried again for days, as whatever else it rests on may come back.
 */
async function onGone(part: UploadPart, upload: Upload): Promise<Outcome> {
  const isHeld = await part.store.transact(async (tables) => {
    const now = part.now()
    const entry = await findEntry(tables, upload)
    if (entry?.state.kind !== 'waiting') return false
    const { offeredAt } = entry.state
    if (offeredAt === undefined || !isPatient('file_missing', now - offeredAt)) return false
    await tables.outbox.bulkPut([{ ...entry, state: { ...entry.state, hold: holdFrom(now, offeredAt) } }])
    // Whether it is on the server the next try shows.
    await changeIn(tables, upload.id, { state: { kind: 'whole' } })
    return true
  })
  return isHeld ? 'changed' : refuse(part, upload, refusal('file_missing', 'This file is not on this device any more.'))
}

/** The message says what is wrong with which of its files, and stays until its writer decides. */
async function refuse({ store }: UploadPart, upload: Upload, { code, message }: Refusal): Promise<Outcome> {
  await store.transact(async (tables) => {
    const entry = await findEntry(tables, upload)
    if (entry?.state.kind === 'waiting') {
      await tables.outbox.bulkPut([
        { ...entry, state: { kind: 'refused', code, message: `“${upload.name}”: ${message}` } },
      ])
    }
    await changeIn(tables, upload.id, { isCreated: false, sent: 0, problem: { code, message } })
  })
  return 'changed'
}

async function findEntry({ outbox }: UploadTables, { messageId }: Upload): Promise<OutboxEntry | undefined> {
  return (await outbox.toArray()).find(({ id }) => id === messageId)
}

/**
 * Something else has this id, as can be after the log was put back. What it holds stands under both ids until the message
 * names the new one: whoever ends in the middle has lost nothing.
 */
async function giveNewId({ store, contents, newId }: UploadPart, upload: Upload): Promise<void> {
  const id = newId()
  await contents.copy(upload.id, id)
  const isRenamed = await store.transact(async (tables) => {
    const entry = await findEntry(tables, upload)
    const [row] = await tables.uploads.bulkGet([upload.id])
    if (entry?.command.type !== 'message.send' || row === undefined) return false
    const files = (entry.command.files ?? []).map((file) => (file.id === upload.id ? { ...file, id } : file))
    await tables.outbox.bulkPut([{ ...entry, command: { ...entry.command, files } }])
    await tables.uploads.bulkDelete([upload.id])
    await tables.uploads.bulkPut([{ ...row, id, isCreated: false, sent: 0 }])
    return true
  })
  await contents.remove([isRenamed ? upload.id : id])
}

/** What happens twice is another matter than what happens once. */
const REMEMBERED: readonly ErrorCode[] = ['file_damaged', 'file_missing']

/** That it goes on ends what made it wait. */
function goingOn({ problem }: Upload): Pick<Upload, 'problem'> {
  return { problem: problem !== null && REMEMBERED.includes(problem.code) ? problem : null }
}

function change({ store }: UploadPart, id: string, changes: Partial<Upload>): Promise<void> {
  return store.transact((tables) => changeIn(tables, id, changes))
}

/** Nothing, once it was taken back. */
async function changeIn({ uploads }: UploadTables, id: string, changes: Partial<Upload>): Promise<void> {
  const [upload] = await uploads.bulkGet([id])
  if (upload !== undefined) await uploads.bulkPut([{ ...upload, ...changes }])
}
