import type * as v from 'valibot'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { registerBody } from '../../shared/protocol/http.ts'
import type { Database } from '../store/schema.ts'
import { giveBackEmailCode, isOfDomain, spendEmailCode } from './email-codes.ts'
import { giveBackInvitation, spendInvitation } from './invitations.ts'
import { giveBackOneTimeLink, spendOneTimeLink } from './one-time-links.ts'
import type { Parts } from './parts.ts'

/** Somebody may make an account: by what was used up for it, which `giveBack` makes hold again should nothing come of it. */
export interface Admission {
  isOperator: boolean
  /** An address that is theirs, to be kept with the account. */
  address: string | null
  giveBack(): Promise<void>
}

const NOTHING: Admission = { isOperator: false, address: null, giveBack: async () => undefined }

/** What somebody brings along for it. */
type Brought = Pick<v.InferOutput<typeof registerBody>, 'invitation' | 'claim' | 'email'>

/**
 * Whether somebody may make an account, by what the operator chose. What lets in one is used up here, in one statement, so that two
 * who come with the last of it at once do not both get in.
 */
export async function admit(parts: Parts, body: Brought, by: 'password' | 'sso'): Promise<Admission | Refusal> {
  const { store, settings, clock } = parts
  const { invitation, claim, email } = body
  if (claim !== undefined) return admitOperator(parts, claim)
  switch (settings.get('registration')) {
    case 'open':
      return NOTHING
    case 'invitation': {
      if (invitation === undefined) return refusal('invitation_needed')
      if (!(await spendInvitation(store.db, invitation, clock.now()))) return refusal('invitation_invalid')
      return { ...NOTHING, giveBack: () => giveBackInvitation(store.db, invitation) }
    }
    case 'email': {
      if (email === undefined) return refusal('email_needed')
      if (!isOfDomain(email.address, settings.get('registrationDomains'))) return refusal('email_domain')
      const wrong = await spendEmailCode(store, email, clock.now())
      return wrong ?? { ...NOTHING, address: email.address, giveBack: () => giveBackEmailCode(store, email.address) }
    }
    case 'sso':
      return by === 'sso' ? NOTHING : refusal('registration_closed', 'Here accounts are made through single sign-on.')
    case 'closed':
      return refusal('registration_closed')
  }
}

async function admitOperator({ store, clock }: Parts, claim: string): Promise<Admission | Refusal> {
  const spent = await spendClaim(store.db, claim, clock.now())
  if (!spent) return refusal('link_invalid')
  return { isOperator: true, address: null, giveBack: () => giveBackOneTimeLink(store.db, claim) }
}

/** Uses up the link to operate this ChatBox, unless somebody does already. */
export async function spendClaim(db: Database, token: string, now: number): Promise<boolean> {
  if (await hasOperator(db)) return false
  return (await spendOneTimeLink(db, 'claim', token, now)) !== undefined
}

export async function hasOperator(db: Database): Promise<boolean> {
  const found = await db
    .selectFrom('standing')
    .select('user_id')
    .where('role', '=', 'operator')
    .where('suspended_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}
