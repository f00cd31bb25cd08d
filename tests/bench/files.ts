import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidv7 } from 'uuidv7'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../shared/protocol/version.ts'
import { findFreePort } from '../support/free-port.ts'
import { waitFor } from '../support/wait-for.ts'

/*
 * `npm run bench:files`: what 20 files of 20 MB that come at once cost a server with the embedded store, and those who write
 * messages meanwhile, as ratios within one run, because machines are noisy.
 *
 * - memory: by how much more the process holds at its most than before
 * - messages: the 99th percentile of the time to an answer, alone, beside, and alone once more
 *
 * The files come as fast as a campus's uplink lets them, and then as fast as this machine does, whose two ends share
 * its cores.
 */

const FILES = 20
const FILE_BYTES = 20_000_000
const PIECE_BYTES = 1_000_000
/** 200 Mbit/s for all together. */
const UPLINK_BYTES_PER_SECOND = 25_000_000
const MESSAGE_EVERY_MS = 10
const ALONE_MS = 10_000
const MEMORY_EVERY_MS = 50
const PASSWORD = 'correct horse battery staple'

interface Uploading {
  port: number
  cookie: string
  files: number
  bytesPerSecond: number | undefined
}

type Headers = Record<string, string>

/** A client over connections of its own. */
function createClient(port: number) {
  const agent = new Agent({ keepAlive: true })
  async function call(method: string, path: string, headers: Headers, body?: Buffer | string) {
    const sent = request({ agent, port, host: '127.0.0.1', method, path, headers: { ...SPEAKS, ...headers } })
    sent.end(body)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    answer.resume()
    await once(answer, 'end')
    if ((answer.statusCode ?? 500) >= 300) throw new Error(`${method} ${path}: ${answer.statusCode}`)
    return answer.headers
  }
  return { call, close: () => agent.destroy() }
}
const SPEAKS = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) }
const JSON_TYPE = { 'content-type': 'application/json' }

const [, , uploading] = process.argv
if (uploading === undefined) await measure()
else await upload(JSON.parse(uploading) as Uploading)

/** In a process of its own, so that who writes messages waits for the server alone. */
async function upload({ port, cookie, files, bytesPerSecond }: Uploading): Promise<void> {
  const content = randomBytes(FILE_BYTES)
  const { call, close } = createClient(port)
  const begun = performance.now()
  let sent = 0
  await Promise.all(
    Array.from({ length: files }, async () => {
      const bytes = Buffer.from(content)
      const id = uuidv7()
      // Each is another content.
      bytes.write(id)
      const values = { id, name: 'large.bin', as: 'document', sha256: createHash('sha256').update(bytes).digest('hex') }
      const metadata = Object.entries(values).map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
      const tus = { cookie, 'tus-resumable': '1.0.0' }
      await call('POST', '/api/uploads', {
        ...{ ...tus, 'upload-length': String(FILE_BYTES), 'upload-metadata': metadata.join(',') },
      })
      for (let offset = 0; offset < FILE_BYTES; offset += PIECE_BYTES) {
        const dueAt = bytesPerSecond === undefined ? 0 : begun + ((sent += PIECE_BYTES) / bytesPerSecond) * 1_000
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())))
        const headers = { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) }
        await call('PATCH', `/api/uploads/${id}`, { ...tus, ...headers }, bytes.subarray(offset, offset + PIECE_BYTES))
      }
      await call('POST', `/api/uploads/${id}/finish`, { cookie, ...JSON_TYPE }, '{}')
    }),
  )
  close()
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-bench-'))
  const port = await findFreePort()
  const server = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    env: { ...process.env, NODE_ENV: 'production', PORT: String(port), DATA_DIR: folder, LIMITS: 'off' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    await waitFor('the server', () =>
      fetch(`http://127.0.0.1:${port}/api/health`).then(
        (answer) => answer.ok || undefined,
        () => undefined,
      ),
    )
    const { call, close } = createClient(port)
    const account = { handle: 'bench', name: 'Bench', password: PASSWORD }
    const registered = await call('POST', '/api/register', JSON_TYPE, JSON.stringify(account))
    const cookie = registered['set-cookie']?.[0]?.split(';')[0] ?? ''
    const send = async () => {
      const message = {
        type: 'message.send',
        id: uuidv7(),
        conversationId: EVERYONE_ID,
        text: 'Hello',
        writtenAt: Date.now(),
        replyToId: null,
      }
      await call('POST', '/api/commands', { cookie, ...JSON_TYPE }, JSON.stringify({ commands: [message] }))
    }
    // What a process reads and compiles once is no matter of files.
    await uploadAll({ port, cookie, files: 1, bytesPerSecond: undefined })
    await writeFor(send, 2_000)

    for (const bytesPerSecond of [UPLINK_BYTES_PER_SECOND, undefined]) {
      const alone = await writeFor(send, ALONE_MS)
      const before = memoryOf(server.pid)
      let most = before
      const watching = setInterval(() => (most = Math.max(most, memoryOf(server.pid))), MEMORY_EVERY_MS)
      let isUploading = true
      const begun = performance.now()
      const ended = uploadAll({ port, cookie, files: FILES, bytesPerSecond }).finally(() => (isUploading = false))
      const beside = await writeMessages(send, () => (isUploading ? Infinity : 0))
      await ended
      const seconds = (performance.now() - begun) / 1_000
      clearInterval(watching)
      const after = await writeFor(send, ALONE_MS)
      const both = [...alone, ...after]
      console.log(
        `${FILES} files of ${FILE_BYTES / 1e6} MB at once, in ${seconds.toFixed(1)} s (${bytesPerSecond === undefined ? 'as fast as they go' : `${bytesPerSecond / 1e6} MB/s`})`,
      )
      console.log(`  memory: ${toMb(most - before)} MB more than ${toMb(before)} MB`)
      for (const part of [50, 99]) {
        const [one, other] = [percentile(both, part), percentile(beside, part)]
        console.log(
          `  messages, p${part}: ${other.toFixed(1)} ms beside, ${one.toFixed(1)} ms alone: ${(other / one).toFixed(2)} times (of ${beside.length} and ${both.length})`,
        )
      }
    }
    close()
  } finally {
    server.kill()
    await once(server, 'exit')
    rmSync(folder, { recursive: true })
  }
}

async function uploadAll(uploads: Uploading): Promise<void> {
  const args = ['--import', 'tsx', import.meta.filename, JSON.stringify(uploads)]
  const [code] = (await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit')) as [number]
  if (code !== 0) throw new Error('the files did not go up')
}

function writeFor(send: () => Promise<void>, ms: number): Promise<number[]> {
  const end = performance.now() + ms
  return writeMessages(send, () => end)
}

/** Writes a message every now and then, and tells how long each took. */
async function writeMessages(send: () => Promise<void>, until: () => number): Promise<number[]> {
  const times: number[] = []
  while (performance.now() < until()) {
    const begun = performance.now()
    await send()
    times.push(performance.now() - begun)
    await new Promise((resolve) => setTimeout(resolve, MESSAGE_EVERY_MS))
  }
  return times
}

/** What a process holds, in bytes. */
function memoryOf(pid = 0): number {
  const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

function percentile(times: readonly number[], part: number): number {
  const sorted = times.toSorted((one, other) => one - other)
  return sorted[Math.floor((sorted.length * part) / 100)] ?? 0
}

function toMb(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
