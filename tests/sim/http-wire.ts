import { refusal } from '../../shared/protocol/errors.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION_MIN } from '../../shared/protocol/version.ts'
import { PACKED_PAGE_TYPE, unpackPage } from '../../shared/protocol/packed/page.ts'
import { CLASSROOM_API } from '../../shared/classroom/http.ts'
import type { Fetch } from '../../client/sync/request.ts'
import type { Network } from './network.ts'
import type { ServerProcess } from './process.ts'
import { toOlderRequest, toOlderText } from './version-before.ts'
import type { World } from './world.ts'

/*
 * A request on its way to a server and back. It can be lost on either way, so that nobody answers until the browser
 * gives up; be broken off; arrive twice, the second time long after; or be answered by somebody else: a portal, a proxy.
 */

const ORIGIN = 'http://chatbox.example'
/** When the client gives a request up, and a long poll. */
const TIMEOUT_MS = 20_000
const WAIT_TIMEOUT_MS = 40_000
/** What proxies answer by themselves, whether they asked the server or not. */
const BARE_STATUSES = [401, 403, 404, 413, 429, 500, 502, 503, 504]

export function createFetch(world: World, network: Network): Fetch {
  const { scheduler, chance, faults, isRough, planted, witness } = world
  const happens = (probability: number) => isRough() && chance.happens(probability)

  async function deliver(process: ServerProcess, path: string, init: RequestInit, signal: AbortSignal) {
    const headers = new Headers(init.headers)
    const isOld = network.isOld || process.isOld
    if (isOld && path.startsWith(UPLOADS)) return toUnknown()
    const body = typeof init.body === 'string' ? init.body : undefined
    const bytes = init.body instanceof Blob ? await init.body.arrayBuffer() : undefined
    const asked = isOld ? toOlderRequest(path, headers, body) : { path, body }
    // The session's cookie has the path /api: a classroom never learns who came.
    const isPrivate = init.credentials === 'omit' || path.startsWith(CLASSROOM_API)
    if (!isPrivate && network.cookie !== '') headers.set('cookie', network.cookie)
    const request = new Request(`${ORIGIN}${asked.path}`, {
      ...{ method: init.method ?? 'GET', headers },
      ...(asked.body !== undefined && { body: asked.body }),
      ...(bytes !== undefined && { body: bytes }),
      ...(isPoll(path) && { signal }),
    })
    return toAnswer(path, await process.fetch(request), isOld)
  }

  async function toAnswer(path: string, response: Response, isOld: boolean): Promise<Response> {
    const type = response.headers.get('content-type')
    const isPacked = type === PACKED_PAGE_TYPE
    if (!isPacked && type?.startsWith('application/json') !== true) return response
    const bytes = new Uint8Array(await response.arrayBuffer())
    // Those who look into what is said know it as JSON.
    const said = isPacked ? JSON.stringify(unpackPage(bytes)) : new TextDecoder().decode(bytes)
    const older = isOld ? toOlderText(said) : said
    const text = planted.answer?.(path, older, world) ?? older
    witness.noteAnswer(network.userId, path, text)
    if (isPacked && text === said) return new Response(bytes, response)
    const headers = new Headers(response.headers)
    headers.set('content-type', 'application/json')
    return new Response(text, { status: response.status, headers })
  }

  function keepCookie(response: Response): void {
    const cookie = response.headers.get('set-cookie')?.split(';')[0]
    if (cookie !== undefined) network.cookie = cookie
  }

  return (path, init) =>
    new Promise<Response>((resolve, reject) => {
      const broken = new AbortController()
      const fail = () => end(() => reject(new TypeError('failed to fetch')))
      const giveUp = scheduler.after(isPoll(path) ? WAIT_TIMEOUT_MS : TIMEOUT_MS, fail)
      const end = (answer: () => void) => {
        giveUp()
        answer()
        // A server hears of it when whoever asked is gone.
        broken.abort()
      }
      const answer = (response: Response) => end(() => resolve(response))
      if (!network.isUp) {
        scheduler.after(network.delay(), () => (network.hasPortal ? answer(toPortalPage(world)) : fail()))
        return
      }
      const { cuts } = network
      const isWhole = () => network.isUp && network.cuts === cuts
      /** What is on a wire that was cut is lost, and now and then somebody says so. */
      const lose = () => {
        if (chance.happens(0.5)) fail()
      }
      if (happens(0.05)) return
      const send = (isFirst: boolean) => {
        const process = isFirst && !isWhole() ? undefined : network.findProcess()
        if (process === undefined) return isFirst ? fail() : undefined
        if (faults.proxies && happens(0.05)) {
          if (chance.happens(0.5)) void deliver(process, path, init, broken.signal)
          const status = chance.pick(BARE_STATUSES) ?? 502
          return answer(new Response('a page of somebody else', { status }))
        }
        if (isFirst && init.body instanceof Blob && happens(0.12)) {
          // What arrived of it until the connection broke is there.
          const part = { ...init, body: init.body.slice(0, chance.between(0, init.body.size)) }
          void deliver(process, path, part, broken.signal)
          return fail()
        }
        deliver(process, path, init, broken.signal).then(
          (response) => {
            if (!isFirst || happens(0.08)) return
            // Some answers take so long that what they say has changed when they arrive.
            const late = happens(0.2) ? chance.between(300, 8_000) : network.delay()
            scheduler.after(late, () => {
              if (!isWhole()) return lose()
              keepCookie(response)
              answer(response)
            })
          },
          (error: unknown) => {
            world.report(error)
            fail()
          },
        )
      }
      scheduler.after(network.delay(), () => send(true))
      if (faults.duplicates && happens(0.1)) scheduler.after(chance.between(50, 20_000), () => send(false))
      // Also while the rest of its file is on the way.
      if (faults.duplicates && init.body instanceof Blob && happens(0.2)) {
        scheduler.after(chance.between(0, 500), () => send(false))
      }
    })
}

const UPLOADS = '/api/uploads'

/** What a process of the version before says of files, which it does not know. */
function toUnknown(): Response {
  const headers = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION_MIN), 'content-type': 'application/json' }
  return new Response(JSON.stringify({ error: refusal('not_found') }), { status: 404, headers })
}

function isPoll(path: string): boolean {
  return path.includes('wait=1')
}

function toPortalPage({ chance }: World): Response {
  const status = chance.pick([200, 302, 511]) ?? 200
  return new Response(status === 302 ? null : '<title>Sign in to this Wi-Fi</title>', { status })
}
