import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server'
import { refusal, type Refusal } from '../../../shared/protocol/errors.ts'
import type { Passkey, PasskeyCreated, PasskeySigned } from '../../../shared/protocol/http.ts'
import { beginCeremony, type Ceremony, derive, endCeremony } from '../ceremonies.ts'
import type { Denied } from '../denied.ts'
import { findMe } from '../find-me.ts'
import type { Caller, Parts } from '../parts.ts'
import { requireProof } from '../proof.ts'
import type { FoundSession } from '../session-cache.ts'
import type { SessionToken } from '../session-token.ts'
import { type SignedIn, startSession } from '../start-session.ts'
import { removeWayIn } from '../ways-in.ts'
import { insertPasskey, listPasskeys, renamePasskey } from './keys.ts'
import type { Place } from './place.ts'
import { verifyCreated, verifySigned } from './verify.ts'

/*
 * Passkeys (Web Authentication, W3C): a key that a device keeps for this address, opened there by its owner's finger, face or PIN. Each
 * of the three ceremonies is begun here with a challenge that holds for ten minutes, once, and in one browser:
 *
 *   add     by who is signed in and has just shown that it is them
 *   enter   by anybody: the passkey says whose it is
 *   prove   by who is signed in: the session counts as one of a passkey from then on
 */

export interface BegunCeremony<Options> {
  kind: 'begun'
  options: Options
  /** For the cookie that binds the end to this browser. */
  token: string
}

/** The session goes on under another cookie, as one that a passkey opened. */
export interface Proven {
  kind: 'proven'
  token: SessionToken
}

export interface Passkeys {
  beginAdding(
    session: FoundSession,
    place: Place,
  ): Promise<BegunCeremony<PublicKeyCredentialCreationOptionsJSON> | Denied>
  add(session: FoundSession, place: Place, token: string | undefined, created: PasskeyCreated): Promise<Proven | Denied>
  beginEntering(place: Place, caller: Caller): Promise<BegunCeremony<PublicKeyCredentialRequestOptionsJSON> | Denied>
  enter(place: Place, token: string | undefined, signed: PasskeySigned, caller: Caller): Promise<SignedIn | Denied>
  beginProving(session: FoundSession, place: Place): Promise<BegunCeremony<PublicKeyCredentialRequestOptionsJSON>>
  prove(session: FoundSession, place: Place, token: string | undefined, signed: PasskeySigned): Promise<Proven | Denied>
  list(userId: string): Promise<Passkey[]>
  rename(session: FoundSession, id: string, name: string): Promise<Refusal | undefined>
  remove(session: FoundSession, id: string): Promise<Refusal | undefined>
  /** Why an operator or a moderator may not act with this session; undefined when they may. */
  checkGoverning(session: Pick<FoundSession, 'userId' | 'sessionId'>): Promise<Refusal | undefined>
}

const RP_NAME = 'ChatBox'
/** Of one account: more than anybody has devices. */
const PASSKEYS_MAX = 20

export function createPasskeys(parts: Parts): Passkeys {
  const { store, clock, limits, sessions, settings } = parts
  const { db } = store

  async function begin(
    kind: Ceremony['kind'],
    userId: string | null,
  ): Promise<{ token: string; challenge: Uint8Array }> {
    const token = await beginCeremony(db, { kind, userId, detail: null }, clock.now())
    return { token, challenge: toChallenge(token) }
  }

  /** Ends what was begun in this browser, if it was begun for this account. */
  async function end(kind: Ceremony['kind'], token: string | undefined, userId: string | null): Promise<boolean> {
    const begun = token === undefined ? undefined : await endCeremony(db, kind, token, clock.now())
    return begun !== undefined && begun.userId === userId
  }

  /** Marks a session, and gives it another secret: what it may do has grown. */
  async function raise(session: FoundSession): Promise<Proven> {
    const token = await store.write(async (transaction) => {
      await transaction
        .updateTable('session')
        .set({ signed_in_by: 'passkey', proven_at: clock.now() })
        .where('id', '=', session.sessionId)
        .execute()
      return sessions.renew(transaction, session)
    })
    sessions.announceRenewed(session.sessionId)
    return { kind: 'proven', token }
  }

  const beginSigning = async (kind: 'passkey-enter' | 'passkey-prove', userId: string | null, { rpId }: Place) => {
    const { token, challenge } = await begin(kind, userId)
    const own = userId === null ? [] : await listPasskeys(db, userId)
    const options = await generateAuthenticationOptions({
      ...{ rpID: rpId, challenge: Uint8Array.from(challenge), userVerification: 'required' },
      // Whoever enters says by the passkey who they are.
      ...(userId !== null && {
        allowCredentials: own.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
      }),
    })
    return { kind: 'begun', options, token } as const
  }

  return {
    async beginAdding(session, { rpId }) {
      const unproven = await requireProof(parts, session)
      if (unproven !== undefined) return { kind: 'refused', refusal: unproven }
      const own = await listPasskeys(db, session.userId)
      if (own.length >= PASSKEYS_MAX) return refused('bad_request', 'You have as many passkeys as there may be.')
      const me = await findMe(db, session)
      const { token, challenge } = await begin('passkey-add', session.userId)
      const options = await generateRegistrationOptions({
        ...{ rpName: RP_NAME, rpID: rpId, challenge: Uint8Array.from(challenge), attestationType: 'none' },
        ...{ userName: me?.user.handle ?? '', userDisplayName: me?.user.name ?? '' },
        userID: Uint8Array.from(new TextEncoder().encode(session.userId)),
        excludeCredentials: own.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      })
      return { kind: 'begun', options, token }
    },

    async add(session, place, token, { name, response }) {
      if (!(await end('passkey-add', token, session.userId)) || token === undefined) return refused('passkey_invalid')
      const made = await verifyCreated(response, place, derive(token, 'challenge'))
      if (made === undefined) return refused('passkey_invalid')
      const taken = await insertPasskey(store, session.userId, made, name, clock.now())
      return taken === undefined ? raise(session) : { kind: 'refused', refusal: taken }
    },

    async beginEntering(place, caller) {
      return (await limits.takePasskey(caller.address)) ?? beginSigning('passkey-enter', null, place)
    },

    async enter(place, token, { response }, caller) {
      const limited = await limits.takePasskey(caller.address)
      if (limited !== undefined) return limited
      if (!(await end('passkey-enter', token, null)) || token === undefined) return refused('passkey_invalid')
      const key = await verifySigned(store, response, place, derive(token, 'challenge'), clock.now())
      if (key === undefined) return refused('passkey_invalid')
      return startSession(parts, key.userId, { by: 'passkey', id: key.id }, caller)
    },

    beginProving: (session, place) => beginSigning('passkey-prove', session.userId, place),

    async prove(session, place, token, { response }) {
      const limited = await limits.takePasswordChange(session.userId)
      if (limited !== undefined) return limited
      if (!(await end('passkey-prove', token, session.userId)) || token === undefined) return refused('passkey_invalid')
      const key = await verifySigned(store, response, place, derive(token, 'challenge'), clock.now(), session.userId)
      if (key === undefined) return refused('passkey_invalid')
      await limits.giveBackPasswordChange(session.userId)
      return raise(session)
    },

    async list(userId) {
      const own = await listPasskeys(db, userId)
      return own.map(({ id, name, createdAt, lastUsedAt, backedUp }) => ({ id, name, createdAt, lastUsedAt, backedUp }))
    },
    rename: (session, id, name) => renamePasskey(db, session.userId, id, name),

    async remove(session, id) {
      const unproven = await requireProof(parts, session)
      if (unproven !== undefined) return unproven
      const { userId } = session
      return removeWayIn(parts, userId, async (transaction) => {
        const removing = transaction.deleteFrom('passkey').where('id', '=', id).where('user_id', '=', userId)
        const { numDeletedRows } = await removing.executeTakeFirst()
        const isLast = (await listPasskeys(transaction, userId)).length === 0
        const without = transaction.updateTable('session').set({ signed_in_by: null }).where('user_id', '=', userId)
        if (isLast) await without.where('signed_in_by', '=', 'passkey').execute()
        return numDeletedRows
      })
    },

    async checkGoverning({ userId, sessionId }) {
      if (!settings.get('operatorsNeedPasskey')) return undefined
      const found = await db
        .selectFrom('session')
        .innerJoin('standing', 'standing.user_id', 'session.user_id')
        .select('signed_in_by')
        .where('session.id', '=', sessionId)
        .where('session.user_id', '=', userId)
        .where('role', '!=', 'member')
        .executeTakeFirst()
      return found === undefined || found.signed_in_by === 'passkey' ? undefined : refusal('passkey_needed')
    },
  }
}

function toChallenge(token: string): Uint8Array {
  return Buffer.from(derive(token, 'challenge'), 'base64url')
}

function refused(code: Refusal['code'], message?: string): Denied {
  return { kind: 'refused', refusal: refusal(code, message) }
}
