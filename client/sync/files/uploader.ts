import { ERRORS, refusal, type Refusal } from '../../../shared/protocol/errors.ts'
import type { OutboxEntry, Upload } from '../database.ts'
import type { Ending } from '../log/kind.ts'
import type { ClientStore, ClientTables } from '../tables.ts'
import type { Contents } from './contents.ts'
import type { Announced, FilesApi } from './files-api.ts'
import { hashContent } from './hash-content.ts'
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
 */

export interface UploadPart {
  store: Pick<ClientStore, 'transact' | 'onUploadChange'>
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
  onError(error: unknown): void
}

/** Two at a time: a large one does not hold up a small one. */
const AT_ONCE = 2

type Outcome = 'whole' | 'again' | 'stopped' | Exclude<Ending, 'done'>

/**
 * Uploads all that waits, the least work first, until nothing is left or the network or the server ends it. `isOver` says
 * that somebody else does it now.
 */
export async function uploadAll(part: UploadPart, isOver: () => boolean = () => false): Promise<Ending> {
  const running = new Map<string, AbortController>()
  let ending: Ending = 'done'
  const stopListening = part.store.onUploadChange(() => void stopUnwanted().catch(part.onError))

  /** Those that a person paused or took back meanwhile. */
  async function stopUnwanted(): Promise<void> {
    if (running.size === 0) return
    const wanted = new Set((await listWanted(part)).map(({ id }) => id))
    for (const [id, { abort }] of bound(running)) if (!wanted.has(id)) abort()
  }

  async function work(): Promise<void> {
    for (;;) {
      if (isOver() || ending !== 'done') return
      const next = (await listWanted(part)).find(({ id }) => !running.has(id))
      if (next === undefined || running.has(next.id)) return
      const controller = new AbortController()
      running.set(next.id, controller)
      try {
        const outcome = await carry(part, next, controller.signal)
        if (outcome !== 'whole' && outcome !== 'again' && outcome !== 'stopped') ending = outcome
      } finally {
        running.delete(next.id)
      }
    }
  }

  try {
    await tidy(part)
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    return ending
  } finally {
    stopListening()
    for (const controller of running.values()) controller.abort()
  }
}

function bound(running: ReadonlyMap<string, AbortController>): [string, { abort(): void }][] {
  return [...running].map(([id, controller]) => [id, { abort: () => controller.abort() }])
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

/** What is left of messages that are done with: in the log, or dropped by a person. */
async function tidy({ store, contents, api }: UploadPart): Promise<void> {
  const { arrived, dropped } = await store.transact(async (tables) => {
    const uploads = (await tables.uploads.toArray()).filter(({ messageId }) => messageId !== '')
    const queued = new Set((await tables.outbox.toArray()).map(({ id }) => id))
    const over = uploads.filter(({ messageId }) => !queued.has(messageId))
    const rows = new Set((await tables.messages.bulkGet(over.map(({ messageId }) => messageId))).map((row) => row?.id))
    await tables.uploads.bulkDelete(over.map(({ id }) => id))
    return {
      arrived: over.filter(({ messageId }) => rows.has(messageId)),
      dropped: over.filter(({ messageId }) => !rows.has(messageId)),
    }
  })
  if (arrived.length > 0) await contents.removeSources(arrived.map(({ id }) => id))
  if (dropped.length > 0) await contents.remove(dropped.map(({ id }) => id))
  // Whether or not it hears of it, the server forgets what no message names.
  for (const { id, isCreated } of dropped) if (isCreated) await api.cancel(id)
}

async function carry(part: UploadPart, upload: Upload, signal: AbortSignal): Promise<Outcome> {
  const { id } = upload
  const content = await part.contents.find(id, 'whole')
  if (content === undefined) return refuse(part, upload, MISSING)
  const hashed = await withHash(part, upload, content)
  if (hashed.isCreated) {
    const outcome = await send(part, hashed, content, signal)
    if (outcome !== 'unknown') return outcome
  }
  const created = await part.api.create(hashed)
  if (created.kind !== 'ok') return onRefused(part, hashed, created)
  await change(part, id, { ...withoutPassing(hashed), isCreated: true, sent: created.value })
  if (created.value === content.size) return finish(part, hashed)
  const outcome = await send(part, hashed, content, signal)
  return outcome === 'unknown' ? 'unavailable' : outcome
}

const MISSING = refusal('file_missing', 'This file is not on this device any more.')

async function withHash(part: UploadPart, upload: Upload, content: Blob): Promise<Upload & Announced> {
  if (upload.sha256 !== null && upload.bytes === content.size) return { ...upload, sha256: upload.sha256 }
  const facts = { sha256: await hashContent(content), bytes: content.size }
  await change(part, upload.id, facts)
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
    onSent: (bytes) => void change(part, id, { ...withoutPassing(upload), sent: bytes }).catch(part.onError),
  })
  switch (sent.kind) {
    case 'done':
      return finish(part, upload)
    case 'unknown':
      await change(part, id, { isCreated: false, sent: 0 })
      return 'unknown'
    case 'full':
      await change(part, id, { problem: refusal('storage_full') })
      return 'unavailable'
    case 'busy':
      return 'unavailable'
    case 'stopped':
    case 'signed-out':
    case 'unreachable':
      return sent.kind
  }
}

async function finish(part: UploadPart, upload: Upload): Promise<Outcome> {
  const finished = await part.api.finish(upload.id)
  if (finished.kind !== 'ok') return onRefused(part, upload, finished)
  await change(part, upload.id, { state: { kind: 'whole', file: finished.value }, sent: upload.bytes, problem: null })
  return 'whole'
}

async function onRefused(
  part: UploadPart,
  upload: Upload,
  answer: Exclude<Awaited<ReturnType<FilesApi['finish']>>, { kind: 'ok' }>,
): Promise<Outcome> {
  if (answer.kind !== 'refused') return answer.kind
  const { code, message } = answer.error
  const { id } = upload
  switch (code) {
    case 'not_signed_in':
      return 'signed-out'
    case 'protocol_version':
      return 'outdated'
    case 'not_found':
    case 'file_missing':
      // It forgot it, or part of it.
      await change(part, id, { isCreated: false, sent: 0 })
      return 'unavailable'
    case 'id_taken':
      await giveNewId(part, upload)
      return 'again'
    case 'file_damaged':
      if (upload.problem?.code === code) return refuse(part, upload, { code, message })
      await change(part, id, { sha256: null, isCreated: false, sent: 0, problem: { code, message } })
      return 'again'
    default:
      if (!ERRORS[code].retry) return refuse(part, upload, { code, message })
      await change(part, id, { problem: { code, message } })
      return 'unavailable'
  }
}

/** The message says what is wrong with which of its files, and stays until its writer decides. */
async function refuse({ store }: UploadPart, upload: Upload, { code, message }: Refusal): Promise<Outcome> {
  await store.transact(async (tables) => {
    const entry = (await tables.outbox.toArray()).find(({ id }) => id === upload.messageId)
    if (entry?.state.kind === 'waiting') {
      await tables.outbox.bulkPut([
        { ...entry, state: { kind: 'refused', code, message: `“${upload.name}”: ${message}` } },
      ])
    }
    await changeIn(tables, upload.id, { isCreated: false, sent: 0, problem: { code, message } })
  })
  return 'again'
}

/** Something else has this id, as can be after the log was put back. */
async function giveNewId({ store, contents, newId }: UploadPart, upload: Upload): Promise<void> {
  const id = newId()
  await contents.rename(upload.id, id)
  await store.transact(async (tables) => {
    const entry = (await tables.outbox.toArray()).find((one) => one.id === upload.messageId)
    if (entry?.command.type !== 'message.send') return
    const files = (entry.command.files ?? []).map((file) => (file.id === upload.id ? { ...file, id } : file))
    await tables.outbox.bulkPut([{ ...entry, command: { ...entry.command, files } }])
    const [row] = await tables.uploads.bulkGet([upload.id])
    if (row === undefined) return
    await tables.uploads.bulkDelete([upload.id])
    await tables.uploads.bulkPut([{ ...row, id, isCreated: false, sent: 0 }])
  })
}

/** That it goes on ends what only made it wait. */
function withoutPassing({ problem }: Upload): Pick<Upload, 'problem'> {
  return { problem: problem !== null && ERRORS[problem.code].retry ? null : problem }
}

function change({ store }: UploadPart, id: string, changes: Partial<Upload>): Promise<void> {
  return store.transact((tables) => changeIn(tables, id, changes))
}

/** Nothing, once it was taken back. */
async function changeIn({ uploads }: ClientTables, id: string, changes: Partial<Upload>): Promise<void> {
  const [upload] = await uploads.bulkGet([id])
  if (upload !== undefined) await uploads.bulkPut([{ ...upload, ...changes }])
}
