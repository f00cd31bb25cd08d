import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** Somebody as an OpenID provider knows them. */
export interface Claims {
  sub: string
  preferred_username?: string
  name?: string
  email?: string
  email_verified?: boolean
}

export interface OpenIdProvider {
  issuer: string
  clientId: string
  clientSecret: string
  /** Whoever comes from now on is this one there; null is whoever says no. */
  set(person: Claims | null): void
  close(): Promise<void>
}

const CLIENT = { clientId: 'chatbox', clientSecret: 'a secret of the tests, of 32 bytes' }

/** A real OpenID provider (`oidc-provider`) on this machine, which asks nobody anything: whoever comes is who the test says. */
export async function startOpenIdProvider(redirectUris: () => string[], port = 0): Promise<OpenIdProvider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let person: Claims | null = null
  const people = new Map<string, Claims>()

  const provider: Provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: redirectUris(),
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    cookies: { keys: ['of the tests'] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: async () => ({ ...people.get(sub), sub }) }),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    // Whoever signs in there has agreed.
    async loadExistingGrant(ctx) {
      const { client, session } = ctx.oidc
      if (client === undefined || session?.accountId === undefined) return undefined
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    },
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) {
      void answer(request, response)
      return
    }
    if (person !== null) people.set(person.sub, person)
    const result =
      person === null
        ? { error: 'access_denied', error_description: 'no' }
        : { login: { accountId: person.sub, remember: false } }
    provider
      .interactionFinished(request, response, result, { mergeWithLastSubmission: false })
      .catch((error: unknown) => {
        response.writeHead(500).end(String(error))
      })
  })
  return {
    ...{ issuer, ...CLIENT },
    set: (next) => (person = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
