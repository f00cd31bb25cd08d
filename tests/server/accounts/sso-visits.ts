import { request } from 'node:http'
import { createSsoProvider, type SsoProvider } from '../../../server/accounts/sso/provider.ts'
import { systemClock } from '../../../shared/clock.ts'
import type { OpenIdProvider } from '../../support/openid-provider.ts'

/** What a browser does between a page of ours and an OpenID provider. */
export interface Browser {
  /** Goes where an address leads, through every redirect, and returns the last one that was not followed or answered without. */
  go(address: string, stopAt?: (address: URL) => boolean): Promise<{ address: URL; status: number }>
  /** The header with the cookies that an origin is sent. */
  cookie(origin: string): string
  keep(origin: string, setCookies: readonly string[]): void
  forget(origin: string): void
}

export function createBrowser(): Browser {
  const jars = new Map<string, Map<string, string>>()
  const jarOf = (origin: string) => jars.get(origin) ?? new Map<string, string>()
  const cookie = (origin: string) => [...jarOf(origin)].map(([name, value]) => `${name}=${value}`).join('; ')

  function keep(origin: string, setCookies: readonly string[]): void {
    const jar = jarOf(origin)
    for (const line of setCookies) {
      const [pair = ''] = line.split(';')
      const [name = '', ...value] = pair.split('=')
      if (/max-age=0(?:;|$)/i.test(line)) jar.delete(name)
      else jar.set(name, value.join('='))
    }
    jars.set(origin, jar)
  }

  const ask = (address: URL) =>
    new Promise<{ status: number; location: string | undefined }>((resolve, reject) => {
      const asked = request(address, { headers: { cookie: cookie(address.origin) }, agent: false }, (response) => {
        keep(address.origin, response.headers['set-cookie'] ?? [])
        response.resume()
        response.on('end', () => resolve({ status: response.statusCode ?? 0, location: response.headers.location }))
      })
      asked.on('error', reject)
      asked.end()
    })

  return {
    cookie,
    keep,
    forget: (origin) => jars.delete(origin),
    async go(first, stopAt = () => false) {
      let address = new URL(first)
      for (;;) {
        if (stopAt(address)) return { address, status: 0 }
        const { status, location } = await ask(address)
        if (location === undefined) return { address, status }
        address = new URL(location, address)
        // A page of the app: the test has no files of it.
        if (address.hash.startsWith('#sso=')) return { address, status }
      }
    },
  }
}

/** Our end of a provider that runs in the test. */
export function reach(
  { issuer, clientId, clientSecret }: Pick<OpenIdProvider, 'issuer' | 'clientId' | 'clientSecret'>,
  errors: unknown[] = [],
): SsoProvider {
  const config = { issuer: new URL(issuer), clientId, clientSecret, name: 'Campus login' }
  return createSsoProvider(config, systemClock, (error) => errors.push(error))
}
