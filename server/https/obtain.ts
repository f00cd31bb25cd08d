import { axios, Client, crypto } from 'acme-client'
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:https'
import { type Certificate, type CertificateFolder, toCertificate } from './certificate.ts'
import type { Challenges } from './challenges.ts'

/** Whom certificates are asked of. */
export interface Authority {
  /** Of its ACME server (RFC 8555). */
  directoryUrl: string
  /** A file with the certificates that its own one is checked against; undefined for those that Node knows. */
  caFile: string | undefined
  /** Whom it writes to when something is wrong. */
  email: string | undefined
}

const REACH_WITHIN_MS = 20_000
/** Its orders are looked at so often, and for a minute or two. */
const LOOKS = { backoffAttempts: 20, backoffMin: 500, backoffMax: 8_000 }

/**
 * Asks for a certificate, proves by HTTP-01 (RFC 8555, 8.3) that the name leads here, and keeps it. The account's key is made
 * with the first one. Throws what the authority says.
 */
export function createObtain(
  authority: Authority,
  folder: CertificateFolder,
  challenges: Challenges,
): (name: string) => Promise<Certificate> {
  return async (name) => {
    const ca = authority.caFile === undefined ? undefined : readFileSync(authority.caFile)
    // The library has one client of HTTP, for all that ask. When to try again is decided elsewhere.
    Object.assign(axios.defaults, {
      acmeSettings: { retryMaxAttempts: 0, retryDefaultDelay: 1 },
      ...(ca !== undefined && { httpsAgent: new Agent({ ca, keepAlive: false }) }),
    })
    await reach(authority.directoryUrl, ca)
    const client = new Client({
      ...LOOKS,
      directoryUrl: authority.directoryUrl,
      accountKey: await getAccountKey(folder),
    })
    const [key, csr] = await crypto.createCsr({ altNames: [name] }, await crypto.createPrivateEcdsaKey())
    const chain = await client.auto({
      csr,
      ...(authority.email !== undefined && { email: authority.email }),
      termsOfServiceAgreed: true,
      challengePriority: ['http-01'],
      // From inside a network the own name may lead nowhere.
      skipChallengeVerification: true,
      challengeCreateFn: async (_, { token }, keyAuthorization) => challenges.add(token, keyAuthorization),
      challengeRemoveFn: async (_, { token }) => challenges.remove(token),
    })
    const certificate = toCertificate(`${key.toString()}\n${chain}`, name)
    if (certificate === undefined) throw new Error(`the certificate that was given is not for ${name}`)
    folder.keep(name, certificate)
    return certificate
  }
}

/** Throws why an address cannot be reached: of that the library says but "Cannot read properties of undefined" (5.4.0, `validateStatus`). */
async function reach(address: string, ca: Buffer | undefined): Promise<void> {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const request = get(address, { ...(ca && { ca }), agent: false, timeout: REACH_WITHIN_MS }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    request.on('error', reject)
    request.on('timeout', () => request.destroy(new Error(`${new URL(address).host} does not answer`)))
  })
  if (status !== 200) throw new Error(`${address} answers ${status}`)
}

async function getAccountKey(folder: CertificateFolder): Promise<string> {
  const found = folder.findAccountKey()
  if (found !== undefined) return found
  const made = (await crypto.createPrivateEcdsaKey()).toString()
  folder.keepAccountKey(made)
  return made
}
