import { createHash } from 'node:crypto'
import type { Files } from '../../files/files.ts'
import type { DemoFile } from './demo-files.ts'

const UPLOADS = 'http://demo/api/uploads'
const TUS = { 'tus-resumable': '1.0.0' }

/** Sends a file as a client does: announces it, sends all of it in one piece, and has the server look at it. Throws when it is refused. */
export async function sendFile(files: Files, userId: string, id: string, file: DemoFile): Promise<void> {
  const { name, as, bytes, durationMs } = file
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const facts = { id, name, as, sha256, ...(durationMs !== undefined && { durationMs: String(durationMs) }) }
  const metadata = Object.entries(facts).map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
  const announced = { ...TUS, 'upload-length': String(bytes.length), 'upload-metadata': metadata.join() }
  const piece = { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
  const requests = [
    new Request(UPLOADS, { method: 'POST', headers: announced }),
    new Request(`${UPLOADS}/${id}`, { method: 'PATCH', headers: piece, body: new Uint8Array(bytes) }),
  ]
  for (const request of requests) {
    const answer = await files.upload(userId, request)
    if (!(answer instanceof Response)) throw new Error(`“${name}” of the demo was refused: ${answer.message}`)
    if (!answer.ok) throw new Error(`“${name}” of the demo was answered with ${answer.status}.`)
  }
  const finished = await files.finish(userId, id)
  if ('code' in finished) throw new Error(`“${name}” of the demo was refused: ${finished.message}`)
}
