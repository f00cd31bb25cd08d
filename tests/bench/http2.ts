import { chromium, type Browser } from '@playwright/test'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request as askHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createSecureServer } from 'node:http2'
import { createServer } from 'node:https'
import { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBadLink, type BadLinkOptions } from '../support/bad-link.ts'
import { launchOptions } from '../support/browser.ts'
import { startServer } from '../support/server.ts'
import { median } from './ratio.ts'

/*
 * `npm run bench:http2`: what the first load of the app gains from HTTP/2. The same server stands behind two fronts that differ in
 * that alone, each at the other end of a slow link; a browser that was never there opens the app, in turn. How long a connection
 * takes to be opened is not in it (the link takes it at once, and of TLS each way counts), which makes HTTP/1.1 look better than it is.
 */

const ROUNDS = 9
const LINKS: Record<string, Omit<BadLinkOptions, 'random'>> = {
  'slow 3G (50 kB/s, 400 ms)': { bytesPerSecond: 50_000, loss: 0, timeoutMs: 1_000, delayMs: 200 },
  'campus at noon (200 kB/s, 200 ms, 1 % lost)': { bytesPerSecond: 200_000, loss: 0.01, timeoutMs: 300, delayMs: 100 },
  'good Wi-Fi (5 MB/s, 20 ms)': { bytesPerSecond: 5_000_000, loss: 0, timeoutMs: 200, delayMs: 10 },
}

const folder = mkdtempSync(join(tmpdir(), 'chatbox-bench-'))
const tls = makeCertificate()
const behind = await startServer()
const fronts = {
  'HTTP/1.1': createServer(tls, hand) as unknown as Server,
  'HTTP/2': createSecureServer({ ...tls, allowHTTP1: true }, (request, response) =>
    hand(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  ) as unknown as Server,
}
const browser = await chromium.launch({
  ...launchOptions,
  args: [...(launchOptions.args ?? []), '--ignore-certificate-errors'],
})
try {
  const ports = await Promise.all(Object.values(fronts).map(open))
  for (const [link, options] of Object.entries(LINKS)) {
    const [one, two]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      const order = round % 2 === 0 ? [0, 1] : [1, 0]
      for (const side of order) (side === 0 ? one : two).push(await visit(browser, ports[side] ?? 0, options))
    }
    const ratios = two.map((value, place) => value / (one[place] ?? Number.NaN))
    console.log(
      `${link}: the first screen after ${Math.round(median(one))} ms with HTTP/1.1, ${Math.round(median(two))} ms with HTTP/2, ` +
        `ratio ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)} in ${ROUNDS} pairs)`,
    )
  }
} finally {
  await browser.close()
  for (const front of Object.values(fronts)) front.close()
  await behind.dispose()
  rmSync(folder, { recursive: true })
}

function makeCertificate(): { key: string; cert: string } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const made = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    '/CN=localhost',
  ]
  spawnSync('openssl', [...made, '-keyout', key, '-out', cert])
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}

function hand(request: IncomingMessage, response: ServerResponse): void {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !name.startsWith(':')))
  const host = request.headers.host ?? String(request.headers[':authority'])
  const asked = askHttp(
    { host: '127.0.0.1', port: behind.port, path: request.url, method: request.method, headers: { ...headers, host } },
    (answer) => {
      const { connection, 'keep-alive': alive, 'transfer-encoding': encoding, ...kept } = answer.headers
      void [connection, alive, encoding]
      response.writeHead(answer.statusCode ?? 502, kept)
      answer.pipe(response)
    },
  )
  request.pipe(asked)
}

function open(front: Server): Promise<number> {
  return new Promise((resolve) => front.listen(0, '127.0.0.1', () => resolve((front.address() as AddressInfo).port)))
}

/** Milliseconds until the entrance is shown. */
async function visit(from: Browser, port: number, options: Omit<BadLinkOptions, 'random'>) {
  const link = await createBadLink(port)
  link.begin({ ...options, random: Math.random })
  const context = await from.newContext({ ignoreHTTPSErrors: true })
  const page = await context.newPage()
  const began = performance.now()
  await page.goto(`https://localhost:${link.port}/`, { waitUntil: 'commit', timeout: 120_000 })
  await page.locator('form').first().waitFor({ timeout: 120_000 })
  const shown = performance.now() - began
  await context.close()
  await link.close()
  return shown
}
