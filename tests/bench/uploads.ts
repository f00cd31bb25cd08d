import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import sharp from 'sharp'
import { createRandom } from '../../server/ops/demo/random.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { register } from '../faults/device.ts'
import { withFiles } from '../faults/files-device.ts'
import { createBadLink, type BadLink } from '../support/bad-link.ts'
import { startServer } from '../support/server.ts'

/*
 * `npm run bench:uploads`: a photo of 5 MB over a link of 1 Mbit/s that loses one segment of twenty and is cut every 20 s,
 * as the app sends it, and beside it, over another link of the same kind, as a form that is sent again after each cut.
 *
 * - sent: all that went over the link until the photo was there, lost segments and everything else that the app says
 *   counted, in sizes of the photo
 * - the form: whether it arrived in `PATIENCE` times the time, and how far it came at best
 */

const PHOTO_BYTES = 5_000_000
const LINK = { bytesPerSecond: 125_000, loss: 0.05, timeoutMs: 200, delayMs: 50 }
const CUT_EVERY_MS = 20_000
const GONE_MS = 1_000
/** A form that does not arrive in so many times our time will not. */
const PATIENCE = 3
/** A person who tries again at once. */
const AGAIN_MS = 1_000

const photo = await makePhoto()
const begun = performance.now()
const over = new AbortController()
const form = sendForm()
const ours = await sendOurs()
const oursMs = performance.now() - begun
console.log(
  `The app: ${toSeconds(oursMs)} s, ${ours.cuts} cuts, ${(ours.sentBytes / photo.length).toFixed(3)} times its ${toMb(photo.length)} MB sent, ` +
    `arrived ${ours.arrived === 1 ? 'once' : `${ours.arrived} times`}`,
)
while (!(await isDone(form)) && performance.now() - begun < PATIENCE * oursMs) await setTimeout(500)
over.abort()
const theirs = await form
console.log(
  theirs.ms === undefined
    ? `A form: not there after ${PATIENCE} times that, ${theirs.tries} tries, ${(theirs.sentBytes / photo.length).toFixed(2)} times its size sent, ` +
        `${Math.round((100 * theirs.furthest) / photo.length)} % at best`
    : `A form: ${toSeconds(theirs.ms)} s, ${(theirs.ms / oursMs).toFixed(1)} times as long`,
)
process.exit()

/** What a camera makes of a meadow: nothing that can be packed any further. */
async function makePhoto(): Promise<Buffer> {
  const raw = { width: 2_400, height: 1_800, channels: 3 } as const
  const picture = sharp(randomBytes(raw.width * raw.height * raw.channels), { raw })
  for (let quality = 50; ; quality += 2) {
    const bytes = await picture.clone().jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer()
    if (bytes.length >= PHOTO_BYTES) return bytes
  }
}

async function sendOurs() {
  const server = await startServer()
  const link = await createBadLink(server.port)
  const anna = await register(`http://127.0.0.1:${link.port}`, 'anna')
  const bo = await register(server.url, 'bobo')
  const [sender, receiver] = [withFiles(anna), withFiles(bo)]
  const before = link.sentBytes
  const stopCutting = startCutting(link)
  const id = await sender.send(EVERYONE_ID, 'The whole board', { 'board.jpg': photo })
  await waitForArrival(() => bo.disk.messages.rows.has(id))
  const { cuts } = link
  const sentBytes = link.sentBytes - before
  stopCutting()
  const [received] = await receiver.receive(id)
  if (received === undefined || !photo.equals(received)) throw new Error('what arrived is not what was sent')
  const arrived = [...bo.disk.messages.rows.values()].filter(({ files = [] }) => files.length > 0).length
  await Promise.all([sender.stop(), receiver.stop(), anna.stop(), bo.stop()])
  await link.close()
  await server.dispose()
  return { cuts, sentBytes, arrived }
}

async function waitForArrival(isThere: () => boolean): Promise<void> {
  while (!isThere()) await setTimeout(50)
}

async function sendForm() {
  let furthest = 0
  const server = createServer((request, response) => {
    let received = 0
    request.on('data', (chunk: Buffer) => (furthest = Math.max(furthest, (received += chunk.length))))
    request.on('end', () => response.end('thank you'))
    request.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const link = await createBadLink(address.port)
  const stopCutting = startCutting(link)
  const started = performance.now()
  let tries = 0
  let ms: number | undefined
  while (ms === undefined && !over.signal.aborted) {
    tries += 1
    const body = new FormData()
    body.set('text', 'The whole board')
    body.set('photo', new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }), 'board.jpg')
    const sent = fetch(`http://127.0.0.1:${link.port}/`, { method: 'POST', body, signal: over.signal })
    const answer = await sent.catch(() => undefined)
    if (answer?.ok === true) ms = performance.now() - started
    else await setTimeout(AGAIN_MS)
  }
  stopCutting()
  const { sentBytes } = link
  await link.close()
  server.closeAllConnections()
  server.close()
  return { ms, tries, furthest, sentBytes }
}

/** The same chance for both. */
function startCutting(link: BadLink): () => void {
  link.begin({ ...LINK, random: createRandom(5).next })
  const cutting = setInterval(() => link.cut(GONE_MS), CUT_EVERY_MS)
  return () => clearInterval(cutting)
}

async function isDone(work: Promise<unknown>): Promise<boolean> {
  return Promise.race([work.then(() => true), Promise.resolve(false)])
}

function toSeconds(ms: number): string {
  return (ms / 1_000).toFixed(0)
}

function toMb(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
