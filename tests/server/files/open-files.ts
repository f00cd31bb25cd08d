import { createFiles, type Files } from '../../../server/files/files.ts'
import { createMemoryLocks } from '../../../server/files/memory-locks.ts'
import type { FileLimits, FileParts } from '../../../server/files/parts.ts'
import type { Store } from '../../../server/store/store.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import type { StoredFile } from '../../../shared/protocol/files.ts'
import { createMemoryHome } from '../../support/memory-home.ts'
import { type ExampleFile, toMetadata, TUS } from './upload-calls.ts'

const WIRE_BYTES = 64 * 1024

export interface OpenFiles {
  files: Files
  parts: FileParts
  errors: unknown[]
  create(userId: string, file: ExampleFile): Promise<Response | Refusal>
  patch(userId: string, file: ExampleFile, offset: number, bytes?: Buffer): Promise<Response | Refusal>
  /** Announces a file, sends all of it, and finishes it. */
  put(userId: string, file: ExampleFile): Promise<StoredFile | Refusal>
}

type Options = Partial<Omit<FileParts, 'store' | 'limits'>> & { limits?: Partial<FileLimits> }

/** The room of files as one server process has it, without HTTP. */
export function openFiles(store: Store, options: Options = {}): OpenFiles {
  const errors: unknown[] = []
  const parts: FileParts = {
    ...{ store, home: createMemoryHome(), locks: createMemoryLocks(), now: Date.now },
    onError: (error) => errors.push(error),
    ...options,
    limits: { fileBytesMax: 1e8, accountBytesMax: 2e9, bytesMax: undefined, ...options.limits },
  }
  const files = createFiles(parts)
  const ask = (userId: string, method: string, path: string, headers: Record<string, string>, body?: Buffer) => {
    const init = { method, headers: { ...TUS, ...headers }, ...(body && { body: inParts(body), duplex: 'half' }) }
    return files.upload(userId, new Request(`http://localhost/api/uploads${path}`, init))
  }
  const calls: OpenFiles = {
    ...{ files, parts, errors },
    create: (userId, file) =>
      ask(userId, 'POST', '', { 'upload-length': String(file.bytes.length), 'upload-metadata': toMetadata(file) }),
    patch: (userId, { id, bytes: all }, offset, bytes = all.subarray(offset)) =>
      ask(
        userId,
        'PATCH',
        `/${id}`,
        { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
        bytes,
      ),
    async put(userId, file) {
      const created = await calls.create(userId, file)
      if (!(created instanceof Response)) return created
      const offset = Number(created.headers.get('upload-offset'))
      if (offset < file.bytes.length) {
        const patched = await calls.patch(userId, file, offset)
        if (!(patched instanceof Response)) return patched
      }
      return files.finish(userId, file.id)
    },
  }
  return calls
}

/** As it comes from a wire. */
function inParts(bytes: Buffer): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close()
      else controller.enqueue(new Uint8Array(bytes.subarray(at, (at += WIRE_BYTES))))
    },
  })
}

/** The code of a refusal, or what became of it instead. */
export function outcomeOf(answer: Response | Refusal | StoredFile): string {
  if (answer instanceof Response) return String(answer.status)
  return 'code' in answer ? answer.code : answer.kind
}
