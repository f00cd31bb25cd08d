import * as v from 'valibot'
import { refusal, type Refusal } from '../../../shared/protocol/errors.ts'
import type { ssoRegisterBody, SsoNewcomer } from '../../../shared/protocol/http.ts'
import type { Store } from '../../store/store.ts'
import { admit } from '../admission.ts'
import { beginCeremony, type Ceremony, derive, endCeremony, findCeremony, giveBackCeremony } from '../ceremonies.ts'
import type { Denied } from '../denied.ts'
import { makeAccount } from '../make-account.ts'
import type { Caller, Parts } from '../parts.ts'
import { requireProof } from '../proof.ts'
import type { FoundSession } from '../session-cache.ts'
import { type SignedIn, startSession } from '../start-session.ts'
import { removeWayIn } from '../ways-in.ts'
import { findIdentity, insertIdentity } from './identities.ts'
import { propose } from './propose.ts'
import type { ExternalPerson, SsoProvider, SsoSecrets } from './provider.ts'

/*
 * Single sign-on, by the authorization code flow of OpenID Connect:
 *
 *   begin ──▶ the provider ──▶ finish ─┬─ it opens an account     ──▶ signed in
 *     ▲                                ├─ nobody's, and allowed   ──▶ a newcomer ──▶ register ──▶ signed in
 *     └ beginLink, of who is signed in └─ begun by beginLink      ──▶ linked
 *
 * An account is opened by issuer and subject alone. An address that a provider tells links nobody: who has an account links it
 * themselves, after having shown again that it is theirs.
 */

export interface Begun {
  kind: 'begun'
  address: string
  /** For the cookie that binds the end to this browser. */
  token: string
}

export type Finished = SignedIn | { kind: 'linked' } | { kind: 'newcomer'; token: string } | Denied

export interface Sso {
  /** What the entrance shows; undefined where there is none. */
  describe(): { name: string; isAway: boolean } | undefined
  begin(origin: string, caller: Caller): Promise<Begun | Denied>
  /** Links what somebody is at the provider with the account that they are signed in to. */
  beginLink(origin: string, session: FoundSession): Promise<Begun | Denied>
  /** `query` is what the provider sent along, `session` who is signed in in this browser. */
  finish(
    visit: { origin: string; query: URLSearchParams; token: string | undefined; session: FoundSession | undefined },
    caller: Caller,
  ): Promise<Finished>
  findNewcomer(token: string | undefined): Promise<SsoNewcomer | Refusal>
  register(
    token: string | undefined,
    body: v.InferOutput<typeof ssoRegisterBody>,
    caller: Caller,
  ): Promise<SignedIn | Denied>
  unlink(session: FoundSession, id: string): Promise<Refusal | undefined>
}

const CALLBACK_PATH = '/api/sso/callback'
const newcomerDetail = v.object({
  issuer: v.string(),
  subject: v.string(),
  username: v.string(),
  name: v.string(),
})

export function createSso(parts: Parts, provider: SsoProvider | undefined): Sso {
  const { store, clock, limits, settings } = parts
  const { db } = store

  async function begin(origin: string, userId: string | null): Promise<Begun | Denied> {
    if (provider === undefined) return refused('sso_unavailable')
    const token = await beginCeremony(db, { kind: 'sso', userId, detail: null }, clock.now())
    const address = await provider.findAddress(`${origin}${CALLBACK_PATH}`, toSecrets(token))
    return address === undefined ? refused('sso_unavailable') : { kind: 'begun', address: address.href, token }
  }

  return {
    describe: () => provider && { name: provider.name, isAway: provider.isAway() },
    async begin(origin, caller) {
      return (await limits.takeSso(caller.address)) ?? begin(origin, null)
    },
    async beginLink(origin, session) {
      const unproven = await requireProof(parts, session)
      return unproven === undefined ? begin(origin, session.userId) : { kind: 'refused', refusal: unproven }
    },

    async finish({ origin, query, token, session }, caller) {
      if (provider === undefined) return refused('sso_unavailable')
      const secrets = token === undefined ? undefined : toSecrets(token)
      // An answer to something else than this browser began ends nothing of what it began.
      if (token === undefined || secrets === undefined || query.get('state') !== secrets.state)
        return refused('sso_expired')
      const begun = await endCeremony(db, 'sso', token, clock.now())
      if (begun === undefined || (begun.userId !== null && begun.userId !== session?.userId))
        return refused('sso_expired')
      const person = await provider.findPerson(new URL(`${origin}${CALLBACK_PATH}?${query.toString()}`), secrets)
      if ('code' in person) return { kind: 'refused', refusal: person }
      const known = await findIdentity(db, person)
      if (begun.userId !== null) {
        if (known?.userId === begun.userId) return { kind: 'linked' }
        const taken = await insertIdentity(store, db, begun.userId, person, clock.now())
        return taken === undefined ? { kind: 'linked' } : { kind: 'refused', refusal: taken }
      }
      if (known !== undefined) return startSession(parts, known.userId, { by: 'sso', id: known.id }, caller)
      if (!['open', 'sso', 'invitation'].includes(settings.get('registration'))) return refused('registration_closed')
      const newcomer = { kind: 'sso-newcomer', userId: null, detail: person } as const
      return { kind: 'newcomer', token: await beginCeremony(db, newcomer, clock.now()) }
    },

    async findNewcomer(token) {
      const found = token === undefined ? undefined : await findCeremony(db, 'sso-newcomer', token, clock.now())
      if (found === undefined) return refusal('sso_expired')
      return { ...propose(toPerson(found)), provider: provider?.name ?? '' }
    },

    async register(token, body, caller) {
      const limited = await limits.takeRegistration(caller.address)
      if (limited !== undefined) return limited
      const found = token === undefined ? undefined : await endCeremony(db, 'sso-newcomer', token, clock.now())
      if (token === undefined || found === undefined) return refused('sso_expired')
      const made = await makeFor(parts, toPerson(found), body)
      if (typeof made !== 'string') {
        await giveBackCeremony(db, token, found)
        return { kind: 'refused', refusal: made }
      }
      const identity = await findIdentity(db, toPerson(found))
      if (identity === undefined) throw new Error('an account was made without what opens it')
      return startSession(parts, made, { by: 'sso', id: identity.id }, caller)
    },

    async unlink(session, id) {
      const unproven = await requireProof(parts, session)
      if (unproven !== undefined) return unproven
      return removeWayIn(parts, session.userId, async (transaction) => {
        const { userId } = session
        const removing = transaction.deleteFrom('external_identity').where('id', '=', id).where('user_id', '=', userId)
        return (await removing.executeTakeFirst()).numDeletedRows
      })
    },
  }
}

async function makeFor(
  parts: Parts,
  person: ExternalPerson,
  { handle, name, ...rest }: v.InferOutput<typeof ssoRegisterBody>,
): Promise<string | Refusal> {
  if ((await findIdentity(parts.store.db, person)) !== undefined) return refusal('identity_taken')
  const admission = await admit(parts, rest, 'sso')
  if ('code' in admission) return admission
  return makeAccount(parts, { handle, name }, admission, toKey(parts.store, person, parts.clock.now()))
}

function toKey(store: Store, person: ExternalPerson, now: number) {
  return {
    store: (db: Store['db'], userId: string) => insertIdentity(store, db, userId, person, now),
    remove: (db: Store['db'], userId: string) =>
      db.deleteFrom('external_identity').where('user_id', '=', userId).execute(),
  }
}

function toSecrets(token: string): SsoSecrets {
  return { state: derive(token, 'state'), nonce: derive(token, 'nonce'), verifier: derive(token, 'verifier') }
}

function toPerson({ detail }: Ceremony): ExternalPerson {
  return v.parse(newcomerDetail, detail)
}

function refused(code: Refusal['code']): Denied {
  return { kind: 'refused', refusal: refusal(code) }
}
