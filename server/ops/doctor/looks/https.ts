import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import type { Config } from '../../../config.ts'
import type { Ask } from '../ask.ts'
import { fail, type Look, ok, skipped, toReason, type Verdict, warn } from '../look.ts'

const DAY_MS = 24 * 60 * 60_000
const WITHIN_MS = 5_000
/** Those who renew by themselves do so with a third of the time left, be it months or hours. */
const SOON_MS = 14 * DAY_MS
const SOON_PART = 1 / 5

/** Whether what people type leads over https, with a certificate that goes on holding. */
export const httpsLook: Look = {
  name: 'https',
  async look({ config, now, ask }) {
    const { publicUrl } = config
    if (publicUrl === undefined) return [skipped('PUBLIC_URL is not set: nobody is known to come over https.')]
    if (publicUrl.protocol !== 'https:') return [skipped(`${publicUrl.origin} is not https.`)]
    let certificate: Certificate
    try {
      certificate = await readCertificate(publicUrl, config.https?.authority.caFile)
    } catch (error) {
      return [fail(`${publicUrl.origin} does not speak TLS (${toReason(error)}).`, 'Start it, or correct PUBLIC_URL.')]
    }
    const judged = judgeCertificate(publicUrl, certificate, now())
    if (judged.status === 'fail') return [judged]
    return [judged, ...(await judgeStrict(publicUrl, ask)), ...(await judgePlain(toPlain(publicUrl, config), ask))]
  },
}

export interface Certificate {
  from: number
  to: number
  /** Why browsers do not take it; undefined when they do. */
  refused: string | undefined
}

/** Reads the certificate that a website shows, also one that no browser takes. */
async function readCertificate({ hostname, port }: URL, caFile: string | undefined): Promise<Certificate> {
  return new Promise((resolve, reject) => {
    const host = hostname.replace(/^\[|\]$/g, '')
    const socket = connect(
      {
        ...{ host, port: Number(port) || 443, rejectUnauthorized: false, timeout: WITHIN_MS },
        ...(isIP(host) === 0 && { servername: host }),
        ...(caFile !== undefined && { ca: readFileSync(caFile) }),
      },
      () => {
        const { valid_from, valid_to } = socket.getPeerCertificate()
        const refused = socket.authorized ? undefined : toRefusal(socket.authorizationError)
        socket.destroy()
        resolve({ from: Date.parse(valid_from), to: Date.parse(valid_to), refused })
      },
    )
    socket.on('timeout', () => socket.destroy(new Error('no answer')))
    socket.on('error', reject)
  })
}

/** Node says that it is an error, and gives its code alone. */
function toRefusal(error: unknown): string {
  return typeof error === 'string' ? error : toReason(error)
}

export function judgeCertificate({ host }: URL, { from, to, refused }: Certificate, now: number): Verdict {
  const end = new Date(to).toISOString().slice(0, 10)
  if (to <= now) return fail(`The certificate of ${host} ended on ${end}.`, 'Renew it, and load it in what shows it.')
  if (refused !== undefined) {
    return fail(
      `Browsers do not take the certificate of ${host} (${refused}).`,
      'Get one for this name, with all of its chain.',
    )
  }
  const left = to - now
  if (left < Math.min(SOON_MS, (to - from) * SOON_PART)) {
    return warn(`The certificate of ${host} ends on ${end}, and was not renewed.`, 'See why, and renew it.')
  }
  return ok(`The certificate of ${host} holds until ${end}.`)
}

async function judgeStrict(url: URL, ask: Ask): Promise<Verdict[]> {
  try {
    const { headers } = await ask(url)
    if (headers['strict-transport-security'] !== undefined)
      return [ok('Browsers that were here come over https alone.')]
    return [
      warn(
        'Nothing tells browsers to come over https alone.',
        'Let the proxy send Strict-Transport-Security, as in docs/operations.',
      ),
    ]
  } catch (error) {
    return [fail(`${url.origin} does not answer (${toReason(error)}).`, 'Start ChatBox, or correct PUBLIC_URL.')]
  }
}

/** Where plain http is, as far as it is known. */
function toPlain({ hostname, port }: URL, { https }: Config): URL | undefined {
  if (https !== undefined) return new URL(`http://${hostname}:${https.httpPort}/`)
  return port === '' ? new URL(`http://${hostname}/`) : undefined
}

async function judgePlain(url: URL | undefined, ask: Ask): Promise<Verdict[]> {
  if (url === undefined) return []
  try {
    const { status, headers } = await ask(url)
    const isLed = status >= 300 && status < 400 && headers.location?.startsWith('https://') === true
    if (isLed) return [ok('Plain http leads to https.')]
    return [fail(`${url.origin} answers without https.`, 'Let it lead to https, as in docs/operations.')]
  } catch {
    return [
      warn(
        `Nothing answers at ${url.origin}: whoever types the name alone may find nothing.`,
        'Let port 80 lead to https.',
      ),
    ]
  }
}
