import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type ClientAuth,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  ResponseBodyError,
} from 'openid-client'
import { type Clock, repeat } from '../../../shared/clock.ts'
import { refusal, type Refusal } from '../../../shared/protocol/errors.ts'

/*
 * The other side of single sign-on: an OpenID provider, found by its discovery document (OpenID Connect Discovery 1.0). What it
 * answers is checked by `openid-client`: issuer, audience, nonce, times and signature of the ID token (OpenID Connect Core 1.0,
 * 3.1.3.7), state, PKCE (RFC 7636) and the issuer of the answer (RFC 9207). No token is kept.
 */

export interface SsoConfig {
  /** Of the issuer, or of its discovery document. */
  issuer: URL
  clientId: string
  clientSecret: string
  /** What people read on the button. */
  name: string
}

/** Who somebody is there, and what they may want to be called here. */
export interface ExternalPerson {
  issuer: string
  subject: string
  username: string
  name: string
}

/** What binds the two ends of a sign-in to one browser. */
export interface SsoSecrets {
  state: string
  nonce: string
  verifier: string
}

export interface SsoProvider {
  name: string
  /** Whether it did not answer when it was last asked. */
  isAway(): boolean
  /** Where a browser has to go; undefined while the provider cannot be reached. */
  findAddress(redirectUri: string, secrets: SsoSecrets): Promise<URL | undefined>
  /** Who came back, with an address that the provider sent them to. */
  findPerson(url: URL, secrets: SsoSecrets): Promise<ExternalPerson | Refusal>
  close(): void
}

const WITHIN_S = 8
const LOOK_EVERY_MS = 15_000
/** Of an identifier (OpenID Connect Core 1.0, 2, of `sub`). */
const IDENTIFIER = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/

/** It is looked for at once and, while it is away, every some seconds. `onError` hears of what is wrong, without a code, token or state. */
export function createSsoProvider(config: SsoConfig, clock: Clock, onError: (error: unknown) => void): SsoProvider {
  let found: Configuration | undefined
  let looking: Promise<Configuration | undefined> | undefined
  let isAway = false

  async function discover(): Promise<Configuration | undefined> {
    try {
      const { issuer, clientId, clientSecret } = config
      // The setting allows http on this machine alone.
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- it is not; marked so that nobody takes it without thought
      const execute = issuer.protocol === 'http:' ? [allowInsecureRequests] : []
      found = await discovery(issuer, clientId, clientSecret, toClientAuth(clientSecret), {
        execute: [...execute, enableNonRepudiationChecks],
        timeout: WITHIN_S,
      })
      isAway = false
    } catch (error) {
      if (!isAway) onError(toBare('Single sign-on cannot be reached', error))
      isAway = true
    }
    return found
  }

  function look(): Promise<Configuration | undefined> {
    if (found !== undefined) return Promise.resolve(found)
    looking ??= discover().finally(() => (looking = undefined))
    return looking
  }

  void look()
  const stop = repeat(clock, LOOK_EVERY_MS, async () => {
    await look()
  })

  return {
    name: config.name,
    isAway: () => isAway,
    async findAddress(redirectUri, { state, nonce, verifier }) {
      const client = await look()
      if (client === undefined) return undefined
      return buildAuthorizationUrl(client, {
        ...{ response_type: 'code', scope: 'openid profile', redirect_uri: redirectUri, state, nonce },
        ...{ code_challenge: await calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
      })
    },
    async findPerson(url, { state, nonce, verifier }) {
      const client = await look()
      if (client === undefined) return refusal('sso_unavailable')
      try {
        const tokens = await authorizationCodeGrant(client, url, {
          ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
        })
        const claims = tokens.claims()
        if (claims === undefined || ![claims.iss, claims.sub].every((text) => IDENTIFIER.test(text))) {
          throw new ClientError('what names somebody is no identifier')
        }
        const said = { ...(await askForNames(client, tokens.access_token, claims.sub)), ...claims }
        const { preferred_username, name } = said
        return { issuer: claims.iss, subject: claims.sub, username: toText(preferred_username), name: toText(name) }
      } catch (error) {
        const refused = toRefusal(error)
        if (refused.code !== 'sso_denied') onError(toBare('Single sign-on failed', error))
        return refused
      }
    },
    close: stop,
  }
}

/** Many providers tell names only there. Without an answer somebody chooses what they are called. */
async function askForNames(client: Configuration, accessToken: string, subject: string): Promise<object> {
  if (client.serverMetadata().userinfo_endpoint === undefined) return {}
  return fetchUserInfo(client, accessToken, subject).catch(() => ({}))
}

/** How it wants to be shown the secret: in a header, unless it says that it takes none. */
function toClientAuth(secret: string): ClientAuth {
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)]
  return (server, ...rest) => {
    const takesBasic = server.token_endpoint_auth_methods_supported?.includes('client_secret_basic') ?? true
    return (takesBasic ? basic : post)(server, ...rest)
  }
}

/** It took too long, or something in front of it answered. */
const AWAY = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM'])

function toRefusal(error: unknown): Refusal {
  if (error instanceof AuthorizationResponseError) return refusal('sso_denied')
  // A code that was used already, or was given to somebody else.
  if (error instanceof ResponseBodyError) return refusal('sso_expired')
  if (error instanceof ClientError && !AWAY.has(error.code ?? '')) return refusal('sso_token')
  return refusal('sso_unavailable')
}

/** What went wrong, by its code alone: a message or a cause may hold what was answered. */
function toBare(what: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  const name = error instanceof Error ? error.name : 'an error'
  return new Error(`${what}: ${code ?? name}`)
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
