import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import type { StudentCommandOf, Token } from '../../../shared/classroom/commands.ts'
import type { Answer, ApiServer, Call } from './api-server.ts'
import { ask, say } from './classroom-calls.ts'

/** A picture as a phone takes it: with a camera and a place in it, and no two are alike. */
export async function examplePhoto({ width = 800, height = 600 } = {}): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const
  return sharp({ create: { width, height, channels: 3, background: '#888', noise } })
    .withExif({ IFD0: { Make: 'SpyCam', Copyright: 'Ada Lovelace' }, IFD3: { GPSLatitude: '52/1 31/1 0/1' } })
    .jpeg({ quality: 80 })
    .toBuffer()
}

const TUS = { 'tus-resumable': '1.0.0' }

/** What a student's page does with photos, over HTTP and without a cookie. */
export function photoCalls(server: Pick<ApiServer, 'call'>, classroomId: string) {
  const base = `/q/api/${classroomId}/uploads`
  const toMetadata = (values: Record<string, string>) =>
    Object.entries(values)
      .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
      .join()
  const calls = {
    announce: (
      id: string,
      bytes: number,
      more: { token?: Token; work?: string; headers?: Record<string, string> } = {},
    ): Promise<Answer> => {
      const { token, work, headers } = more
      const metadata = { id, ...(token && { token: JSON.stringify(token) }), ...(work !== undefined && { work }) }
      return server.call('POST', base, {
        headers: {
          ...{ ...TUS, 'content-type': '', 'upload-length': String(bytes), 'upload-metadata': toMetadata(metadata) },
          ...headers,
        },
      })
    },
    patch: (id: string, offset: number, bytes: Buffer, options: Call = {}): Promise<Answer> =>
      server.call('PATCH', `${base}/${id}`, {
        raw: bytes,
        ...options,
        headers: {
          ...{ ...TUS, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
          ...options.headers,
        },
      }),
    head: (id: string): Promise<Answer> => server.call('HEAD', `${base}/${id}`, { headers: TUS }),
    cancel: (id: string): Promise<Answer> => server.call('DELETE', `${base}/${id}`, { headers: TUS }),
    finish: (id: string): Promise<Answer> => server.call('POST', `${base}/${id}/finish`, { body: {} }),
    /** Sends all of a picture and has it looked at; returns the upload's id. */
    async upload(bytes: Buffer, id: string = randomUUID()): Promise<string> {
      for (const answer of [await calls.announce(id, bytes.length), await calls.patch(id, 0, bytes)]) {
        if (answer.status >= 300) throw new Error(`not taken: ${answer.content.toString()}`)
      }
      const finished = await calls.finish(id)
      if (finished.status !== 204) throw new Error(`no photo: ${finished.content.toString()}`)
      return id
    },
    /** Asks a question with a photo; returns what was asked. */
    async ask(uploadId: string, text = 'What is this step?'): Promise<StudentCommandOf<'question.ask'>> {
      const command = { ...ask(text), photo: { id: uploadId, description: '' } }
      const answer = await say(server as ApiServer, classroomId, command)
      if (answer.status !== 200) throw new Error(`not asked: ${answer.content.toString()}`)
      return command
    },
    see: (questionId: string, variant = 'whole', headers: Record<string, string> = {}): Promise<Answer> =>
      server.call('GET', `/q/api/${classroomId}/questions/${questionId}/photo/${variant}`, { headers }),
    seeAsStaff: (questionId: string, cookie: string | undefined, variant = 'whole'): Promise<Answer> =>
      server.call('GET', `/api/classrooms/${classroomId}/questions/${questionId}/photo/${variant}`, { cookie }),
  }
  return calls
}

export type PhotoCalls = ReturnType<typeof photoCalls>
