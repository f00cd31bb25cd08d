import { createHash } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import type { UploadMetadata } from '../../../shared/protocol/files.ts'
import type { Answer, ApiServer, Call } from '../http/api-server.ts'

/** A file that somebody is about to send. */
export interface ExampleFile {
  id: string
  bytes: Buffer
  name: string
  as: UploadMetadata['as']
  durationMs?: number
}

export function exampleFile(bytes: Buffer | string, changes: Partial<Omit<ExampleFile, 'bytes'>> = {}): ExampleFile {
  return { id: uuidv7(), bytes: Buffer.from(bytes), name: 'notes.txt', as: 'document', ...changes }
}

export const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

export function toMetadata({ id, bytes, name, as, durationMs }: ExampleFile, changes: Record<string, string> = {}) {
  const values = { id, name, as, sha256: sha256Of(bytes), ...(durationMs !== undefined && { durationMs }), ...changes }
  return Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(String(value)).toString('base64')}`)
    .join(',')
}

export const TUS = { 'tus-resumable': '1.0.0' }

/** What a client of somebody's does with files, over HTTP. */
export function uploadCalls(server: Pick<ApiServer, 'call'>, cookie: string | undefined) {
  const { call } = server
  const path = (id: string) => `/api/uploads/${id}`
  const calls = {
    create: (file: ExampleFile, headers: Record<string, string> = {}): Promise<Answer> =>
      call('POST', '/api/uploads', {
        cookie,
        headers: {
          ...{ ...TUS, 'content-type': '', 'upload-length': String(file.bytes.length) },
          ...{ 'upload-metadata': toMetadata(file), ...headers },
        },
      }),
    patch: (id: string, offset: number, bytes: Buffer, options: Call = {}): Promise<Answer> =>
      call('PATCH', path(id), {
        cookie,
        raw: bytes,
        ...options,
        headers: {
          ...{ ...TUS, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
          ...options.headers,
        },
      }),
    head: (id: string): Promise<Answer> => call('HEAD', path(id), { cookie, headers: TUS }),
    remove: (id: string): Promise<Answer> => call('DELETE', path(id), { cookie, headers: TUS }),
    finish: (id: string): Promise<Answer> => call('POST', `${path(id)}/finish`, { cookie, body: {} }),
    get: (id: string, variant = 'whole', headers: Record<string, string> = {}): Promise<Answer> =>
      call('GET', `/api/files/${id}/${variant}`, { cookie, headers }),
    space: (): Promise<Answer> => call('GET', '/api/files', { cookie }),
    /** Sends all of a file, and finishes it. */
    async upload(file: ExampleFile): Promise<Answer> {
      const created = await calls.create(file)
      if (created.status !== 201) return created
      if (created.headers['upload-offset'] !== String(file.bytes.length)) await calls.patch(file.id, 0, file.bytes)
      return calls.finish(file.id)
    },
  }
  return calls
}

export type UploadCalls = ReturnType<typeof uploadCalls>
