import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import type { Request } from '@playwright/test'
import { build } from 'vite'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { waitUntilInstalled } from '../../e2e/support/connection.ts'
import { messages, open } from '../../e2e/support/conversing.ts'
import { register } from '../../e2e/support/correspondent.ts'
import { INSTALLED } from '../../e2e/support/device.ts'
import { signIn } from '../../e2e/support/entering.ts'
import { createRelay } from '../../e2e/support/relay.ts'
import { openBrowser, PHONE } from '../browser.ts'
import type { Lab } from '../lab.ts'
import { oursAtMost, type Quantities, type Row } from '../row.ts'
import { startChatbox } from '../stand.ts'

const [ours, rival] = ['ChatBox', 'socket.io and PouchDB']
const ADA = { name: 'Ada', handle: 'ada', password: 'correct horse battery' }
const SETTLE_MS = 5_000

export const row: Row = {
  measures:
    'What a phone loads on the very first visit: scripts until the first message is on the screen, and all requests.',
  sides: {
    [ours]: { what: 'ChatBox' },
    [rival]: { what: 'socket.io-client and PouchDB, bundled', lacks: 'a screen, and all that ChatBox adds to them' },
  },
  figures: [
    {
      ...{ what: 'JavaScript to the first message, brotli', unit: 'kB', quantity: 'script kB', ours, rival },
      reach: oursAtMost(80),
    },
    { what: 'requests of a first visit', unit: '', quantity: 'requests', ours, reach: oursAtMost(40) },
  ],
  async begin(lab) {
    const browser = await openBrowser()
    const { server, stop } = await startChatbox({ lab, people: 2 })
    await register(server.url, ADA)
    const ben = await register(server.url, { name: 'Ben', handle: 'ben', password: ADA.password })
    await ben.send(EVERYONE_ID, 'Good morning')

    async function visit(): Promise<Quantities> {
      const relay = await createRelay(server.port)
      const device = await browser.openDevice(relay.port, '', { ...PHONE, ...INSTALLED })
      const loaded: Request[] = []
      device.context.on('requestfinished', (request) => loaded.push(request))
      const page = await device.openTab('/')
      await signIn(device, ADA)
      await open(device, 'Everyone')
      await messages(device).filter({ hasText: 'Good morning' }).waitFor()
      const scripts = new Map<string, number>()
      for (const request of [...loaded]) {
        // What the service worker fetches ahead no first message waits for.
        if (request.serviceWorker() !== null) continue
        const path = new URL(request.url()).pathname
        if (path.endsWith('.js') && !scripts.has(path)) scripts.set(path, await weigh(request))
      }
      await waitUntilInstalled(device)
      await page.waitForTimeout(SETTLE_MS)
      await device.close()
      const requests = relay.passed()
      await relay.close()
      return { 'script kB': sum(scripts.values()) / 1_000, scripts: scripts.size, requests }
    }

    return {
      sides: { [ours]: visit, [rival]: () => bundle(lab) },
      async end() {
        await browser.close()
        await stop()
      },
    }
  },
}

/** As it is sent where brotli is understood, whatever this one was sent as. */
async function weigh(request: Request): Promise<number> {
  const body = await (await request.response())?.body()
  if (body === undefined || body.length === 0) throw new Error(`${request.url()} was empty`)
  return compress(body)
}

async function bundle(lab: Lab): Promise<Quantities> {
  const root = lab.rivals()
  const built = await build({
    ...{ root, configFile: false, logLevel: 'silent' },
    build: { write: false, rollupOptions: { input: join(root, 'chat-client.mjs') } },
  })
  const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []))
  const sizes = outputs.map((one) => (one.type === 'chunk' ? compress(Buffer.from(one.code)) : 0))
  return { 'script kB': sum(sizes) / 1_000, scripts: sizes.length }
}

function compress(body: Buffer): number {
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0)
}
