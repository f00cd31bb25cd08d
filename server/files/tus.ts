import { AsyncLocalStorage } from 'node:async_hooks'
import type { Readable } from 'node:stream'
import { DataStore, ERRORS, Server, Upload } from '@tus/server'
import * as v from 'valibot'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { uploadMetadata, type UploadMetadata } from '../../shared/protocol/files.ts'
import type { FileTable } from '../store/schema.ts'
import { toIssueSentence } from '../log/issue-sentence.ts'
import { createUpload, touchFile } from './create-upload.ts'
import { findVerdict } from './file-rows.ts'
import { type FileHome, HomeFull } from './home.ts'
import { LockHeld } from './locks.ts'
import type { FileParts } from './parts.ts'
import { removeUpload } from './remove-upload.ts'

/*
 * Uploads speak tus 1.0.0 (https://tus.io/protocols/resumable-upload): the server of its makers knows the headers, the
 * order and the asking for locks; whose an upload is, what room there is and where bytes go is ours. What it refuses for
 * good is answered as all our refusals are. What is only so at the moment, another offset (409) or a lock that is held (423),
 * keeps the form of tus, which every client of it knows to try again.
 */

export const UPLOADS_PATH = '/api/uploads'

/** A request that waits for an upload's lock ends the one that holds it after this time, and gets what arrived until then. */
const DRAINED_WITHIN_MS = 1_000
/** Between two checks of how much room there is. */
const ROOM_CHECKED_EVERY_BYTES = 1_000_000
const LOCKED = { status_code: 423, body: 'Somebody else is at this upload.\n' }

/** Thrown through the server of tus, which knows errors only. */
class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message)
  }
}

interface RequestContext {
  userId: string
  /** What is answered in place of what the server of tus says. */
  refusal?: Refusal
  /** A bug or the outside world. */
  error?: Error
}

export interface TusUploads {
  /** Answers a request of somebody who is signed in. Throws what is unexpected. */
  handle(userId: string, request: Request): Promise<Response | Refusal>
}

export function createTusUploads(parts: FileParts): TusUploads {
  const contexts = new AsyncLocalStorage<RequestContext>()
  const getContext = (): RequestContext => {
    const context = contexts.getStore()
    if (context === undefined) throw new Error('tus was asked by nobody')
    return context
  }
  const datastore = createDataStore(parts)
  const server = new Server({
    path: UPLOADS_PATH,
    relativeLocation: true,
    allowedOrigins: [],
    datastore,
    locker: parts.locks,
    lockDrainTimeout: DRAINED_WITHIN_MS,
    namingFunction: (_, metadata) => parseMetadata(metadata).id,
    async onUploadCreate(_, upload) {
      const announced = { ...parseMetadata(upload.metadata), bytes: upload.size ?? 0 }
      const refused = await createUpload(parts, getContext().userId, announced)
      if (refused !== undefined) throw new Refused(refused)
      return {}
    },
    onResponseError(_, error) {
      const context = getContext()
      if (error instanceof Refused) context.refusal = error.refusal
      else if (error instanceof HomeFull) context.refusal = refusal('storage_full')
      else if (error instanceof LockHeld || error === ERRORS.ABORTED) return LOCKED
      else if (!('status_code' in error)) context.error = error
      else if (error.status_code === 404 || error.status_code === 410) context.refusal = refusal('not_found')
      else if (error.status_code === 413) context.refusal = refusal('too_large', 'That is more than was announced.')
      else if (error !== ERRORS.INVALID_OFFSET) context.refusal = refusal('bad_request', error.body.trim())
      return undefined
    },
  })

  return {
    async handle(userId, request) {
      const id = request.method === 'POST' ? undefined : findId(request)
      if (id !== undefined && (await touchFile(parts, userId, id)) === undefined) return refusal('not_found')
      const context: RequestContext = { userId }
      const response = await contexts.run(context, () => server.handleWeb(toTusRequest(request)))
      if (context.error !== undefined) throw context.error
      if (context.refusal !== undefined) return context.refusal
      if (response.status === 400) return refusal('bad_request', (await response.text()).trim())
      if (response.status === 201) await setUploadOffset(datastore, request, response)
      // The app says who may ask from where.
      response.headers.delete('access-control-expose-headers')
      return response
    },
  }
}

/** Uploads as the server of tus sees them: what is said of one is in its row, and how far it is in the home. */
function createDataStore(parts: FileParts): DataStore {
  const { store, home } = parts
  const datastore = new DataStore()
  datastore.extensions = ['creation', 'termination']
  datastore.create = async (upload) => upload
  datastore.getUpload = async (id) => {
    const file = await store.db.selectFrom('file').selectAll().where('id', '=', id).executeTakeFirst()
    if (file === undefined || findVerdict(file) !== undefined) throw new Refused(refusal('not_found'))
    const offset = file.content_id === null ? await home.countUploaded(id) : file.bytes
    const creation_date = new Date(file.created_at).toISOString()
    return new Upload({ id, size: file.bytes, offset, metadata: toMetadata(file), creation_date })
  }
  datastore.write = (stream, id, offset) => home.append(id, offset, whileThereIsRoom(home, stream))
  datastore.remove = async (id) => {
    const refused = await removeUpload(parts, id)
    if (refused !== undefined) throw new Refused(refused)
  }
  return datastore
}

/** Ends with `HomeFull` when a home has no more room besides what it keeps free, whoever took it. */
async function* whileThereIsRoom(home: FileHome, source: Readable): AsyncIterable<Uint8Array> {
  let bytesUntilCheck = 0
  // Else the server of tus would hear only that its stream was destroyed.
  const parts: AsyncIterable<Uint8Array> = source.iterator({ destroyOnReturn: false })
  for await (const bytes of parts) {
    if (bytesUntilCheck <= 0) {
      if ((await home.countFree()) <= 0) throw new HomeFull('what is left is kept free')
      bytesUntilCheck = ROOM_CHECKED_EVERY_BYTES
    }
    bytesUntilCheck -= bytes.length
    yield bytes
  }
}

function parseMetadata(metadata: Upload['metadata'] = {}): UploadMetadata {
  // tus has no empty values: what is empty stands there as a key alone.
  const values = Object.entries(metadata).map(([key, value]) => [key, value ?? ''])
  const parsed = v.safeParse(uploadMetadata, Object.fromEntries(values))
  if (parsed.success) return parsed.output
  throw new Refused(refusal('bad_request', `Upload-Metadata: ${toIssueSentence(parsed.issues)}`))
}

function toMetadata({ id, name, shown_as, sha256, duration_ms }: FileTable): Record<string, string> {
  return { id, name, as: shown_as, sha256, ...(duration_ms !== null && { durationMs: String(duration_ms) }) }
}

/** What somebody need not send, because they may see it already, is said with the creation. */
async function setUploadOffset(datastore: DataStore, request: Request, response: Response): Promise<void> {
  const { offset, size } = await datastore.getUpload(findId({ url: response.headers.get('location') ?? '' }))
  const announced = request.headers.get('upload-length') ?? ''
  response.headers.set('upload-offset', offset === size ? announced : String(offset))
}

function findId({ url }: { url: string }): string {
  return /[^/]*$/.exec(url)?.[0] ?? ''
}

function toTusRequest({ method, url, headers, body }: Request): Request {
  if (method === 'PATCH' && body !== null) {
    // The DOM's types do not know `duplex` yet, which the Fetch standard asks for with a body that is a stream.
    const init = { method, headers, body: untilCut(body), duplex: 'half' }
    return new Request(url, init)
  }
  // Whoever announces a file sends nothing of it yet.
  const forTus = new Headers(headers)
  forTus.delete('content-type')
  return new Request(url, { method, headers: forTus })
}

/** A body that ends where its connection broke, so that what arrived is kept as if no more had been sent. */
function untilCut(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream({
    async pull(controller) {
      const read = await reader.read().catch(() => undefined)
      if (read?.value === undefined) controller.close()
      else controller.enqueue(read.value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
