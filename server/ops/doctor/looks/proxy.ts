import { isIP } from 'node:net'
import * as v from 'valibot'
import { isLoopback } from '../../../accounts/client-address.ts'
import { createOneTimeLink, removeOneTimeLink } from '../../../accounts/one-time-links.ts'
import type { Config } from '../../../config.ts'
import type { Ask } from '../ask.ts'
import { fail, type Look, NO_DATABASE, ok, toReason, type Verdict, warn } from '../look.ts'
import { PROBE_HEADER, PROBE_PATH, probeAnswer, type ProbeAnswer } from '../probe.ts'

/** What a client might write into the header by itself: of documentation (RFC 5737), and nobody's. */
const MADE_UP = '203.0.113.7'

/** Whether a server that runs sees by what comes through a proxy whose it is, and that it came over https. */
export const proxyLook: Look = {
  name: 'proxy',
  async look({ config, store, now, ask }) {
    if (store === undefined) return [NO_DATABASE]
    const isThrough = config.publicUrl !== undefined
    const url = config.publicUrl ?? toOwnUrl(config)
    const token = await store.write((db) => createOneTimeLink(db, 'probe', null, now()))
    try {
      const asked = await askProbe(ask, url, token)
      if ('why' in asked) {
        const advice = isThrough
          ? 'Start ChatBox and its proxy, or correct PUBLIC_URL; the proxy has to hand on every path and header.'
          : 'Start ChatBox, if it is to run now.'
        return [
          (isThrough ? fail : warn)(`No server of this database answers at ${url.origin} (${asked.why}).`, advice),
        ]
      }
      return judgeArrival(url, asked.answer)
    } finally {
      await removeOneTimeLink(store.db, token)
    }
  },
}

function toOwnUrl({ host, port }: Config): URL {
  const isAll = ['0.0.0.0', '::'].includes(host)
  return new URL(`http://${isAll ? '127.0.0.1' : isIP(host) === 6 ? `[${host}]` : host}:${port}/`)
}

async function askProbe(ask: Ask, url: URL, token: string): Promise<{ answer: ProbeAnswer } | { why: string }> {
  try {
    const { status, body } = await ask(new URL(PROBE_PATH, url), { [PROBE_HEADER]: token, 'x-forwarded-for': MADE_UP })
    if (status !== 200) return { why: `HTTP status ${status}` }
    const parsed = v.safeParse(probeAnswer, JSON.parse(body))
    return parsed.success ? { answer: parsed.output } : { why: 'it is something else' }
  } catch (error) {
    return { why: toReason(error) }
  }
}

export function judgeArrival(url: URL, answer: ProbeAnswer): Verdict[] {
  const { address, peer, forwardedFor, forwardedProto, isEncrypted } = answer
  const isUntouched = forwardedFor === MADE_UP
  if (
    isEncrypted ||
    (isUntouched && isLoopback(peer) && isHere(url)) ||
    (isUntouched && !isLoopback(peer) && url.protocol === 'http:')
  ) {
    return [ok(`The server answers at ${url.origin}, with no proxy between.`)]
  }
  const verdicts: Verdict[] = []
  if (!isLoopback(peer)) {
    verdicts.push(
      fail(
        `A proxy at ${peer} hands requests on, and is not believed: everybody counts as that one address, and limits hold for all of them together.`,
        'Let the proxy run on the machine of ChatBox, and reach it at 127.0.0.1.',
      ),
    )
  } else if (forwardedFor === null) {
    verdicts.push(
      fail(
        'The proxy does not say whose a request is: everybody counts as one address, and limits hold for all of them together.',
        'Let it send X-Forwarded-For, as in docs/operations.',
      ),
    )
  } else if (isUntouched) {
    verdicts.push(
      fail(
        'The proxy hands on the X-Forwarded-For that a client wrote: whoever likes is somebody else with each request.',
        'Let it add the address of its client at the end, as in docs/operations.',
      ),
    )
  }
  if (url.protocol === 'https:' && forwardedProto !== 'https') {
    verdicts.push(
      warn(
        'The proxy does not say that requests came over https.',
        'Let it send X-Forwarded-Proto, as in docs/operations.',
      ),
    )
  }
  return verdicts.length > 0 ? verdicts : [ok(`Through ${url.origin} the server sees each client; it saw ${address}.`)]
}

function isHere({ hostname }: URL): boolean {
  return ['localhost', '[::1]'].includes(hostname) || /^127\./.test(hostname)
}
