import {
  fileSpace,
  finishAnswer,
  type FileSpace,
  type FileVariant,
  type StoredFile,
} from '../../../shared/protocol/files.ts'
import { createAsk, type Answer } from '../campus-http.ts'
import type { Upload } from '../database.ts'
import { mapValue, readJson, type Fetch } from '../request.ts'
import { readSlice, type ContentSlice } from './read-slice.ts'

/** The server's side of files, but for the bytes that go up: see `send-pieces.ts`. */
export interface FilesApi {
  /** Announces a file, or asks about one that was announced; answers how many bytes the server has. */
  create(upload: Announced): Promise<Answer<number>>
  /** Has the server look at what is all there. */
  finish(id: string): Promise<Answer<StoredFile>>
  /** Gives up what was announced. */
  cancel(id: string): Promise<Answer<null>>
  space(): Promise<Answer<FileSpace>>
  /** Bytes `from` to before `to` of a content, or all of it to its end when there is less. */
  fetchPiece(id: string, variant: FileVariant, from: number, to: number): Promise<Answer<ContentSlice>>
}

export type Announced = Pick<Upload, 'id' | 'name' | 'bytes' | 'as' | 'durationMs'> & { sha256: string }

/** The server draws a photo anew before it answers. */
const FINISH_TIMEOUT_MS = 90_000
const PIECE_TIMEOUT_MS = 60_000

export function createFilesApi(fetch: Fetch, account: string): FilesApi {
  const ask = createAsk(fetch, account)
  return {
    create: (upload) => ask({ method: 'POST', path: '/api/uploads', headers: announce(upload) }, readOffset),
    finish: async (id) => {
      const path = `/api/uploads/${id}/finish`
      const asked = { method: 'POST', path, body: {}, timeoutMs: FINISH_TIMEOUT_MS } as const
      return mapValue(await ask(asked, readJson(finishAnswer)), ({ file }) => file)
    },
    cancel: (id) =>
      ask({ method: 'DELETE', path: `/api/uploads/${id}`, headers: TUS }, async () => ({ kind: 'ok', value: null })),
    space: () => ask({ method: 'GET', path: '/api/files' }, readJson(fileSpace)),
    fetchPiece: (id, variant, from, to) => {
      const headers = { range: `bytes=${from}-${to - 1}` }
      const path = `/api/files/${id}/${variant}`
      return ask({ method: 'GET', path, headers, timeoutMs: PIECE_TIMEOUT_MS }, (response) => readSlice(response, from))
    },
  }
}

const TUS = { 'tus-resumable': '1.0.0' }

function announce({ id, name, bytes, as, sha256, durationMs }: Announced): Record<string, string> {
  const facts = {
    id,
    name,
    as,
    sha256,
    ...(durationMs !== undefined && { durationMs: String(Math.round(durationMs)) }),
  }
  const metadata = Object.entries(facts).map(([key, value]) => `${key} ${toBase64(value)}`)
  return { ...TUS, 'upload-length': String(bytes), 'upload-metadata': metadata.join() }
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

async function readOffset(response: Response): Promise<Answer<number>> {
  const offset = Number(response.headers.get('upload-offset') ?? 0)
  return Number.isSafeInteger(offset) ? { kind: 'ok', value: offset } : { kind: 'unreachable' }
}
