import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What an ID token says, and how it is signed. */
export interface Forged {
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  key?: KeyObject
  /** Answers in place of a token. */
  answer?: { status: number; body: unknown }
}

export interface HostileIssuer {
  issuer: string
  clientId: string
  clientSecret: string
  /** What the next answers of its token endpoint are like. */
  forge(forged: Forged): void
  /** What its discovery document says otherwise. */
  describe(otherwise: Record<string, unknown>): void
  close(): Promise<void>
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
/** Somebody else's. */
export const STRANGE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

/** An OpenID provider, or somebody between it and us, that answers whatever the test says. Its tokens are right where that says nothing. */
export async function startHostileIssuer(): Promise<HostileIssuer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  let forged: Forged = {}
  let otherwise: Record<string, unknown> = {}
  let issuer = ''

  function sign(): string {
    const now = Math.floor(Date.now() / 1000)
    const header = { alg: 'RS256', typ: 'JWT', kid: 'one', ...forged.header }
    const claims = { iss: issuer, sub: 'ann', aud: 'chatbox', iat: now, exp: now + 300, ...forged.claims }
    const signed = `${encode(header)}.${encode(claims)}`
    if (header.alg === 'none') return `${signed}.`
    return `${signed}.${createSign('RSA-SHA256')
      .update(signed)
      .sign(forged.key ?? privateKey, 'base64url')}`
  }

  function answer(path: string): { status: number; body: unknown } {
    switch (path) {
      case '/.well-known/openid-configuration':
        return {
          status: 200,
          body: {
            ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
            ...{ jwks_uri: `${issuer}/keys`, response_types_supported: ['code'], subject_types_supported: ['public'] },
            id_token_signing_alg_values_supported: ['RS256'],
            ...otherwise,
          },
        }
      case '/keys':
        return { status: 200, body: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' }] } }
      case '/token':
        return (
          forged.answer ?? {
            status: 200,
            body: { access_token: 'an access token', token_type: 'Bearer', id_token: sign() },
          }
        )
      default:
        return { status: 404, body: {} }
    }
  }

  const server = createServer((request, response) => {
    const { status, body } = answer(request.url ?? '')
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    ...{ issuer, clientId: 'chatbox', clientSecret: 'a secret' },
    forge: (next) => (forged = next),
    describe: (next) => (otherwise = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
