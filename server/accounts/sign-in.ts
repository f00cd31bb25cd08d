import * as v from 'valibot'
import { refusal } from '../../shared/protocol/errors.ts'
import { handle as handleSchema } from '../../shared/protocol/fields.ts'
import type { signInBody } from '../../shared/protocol/http.ts'
import type { Database } from '../store/schema.ts'
import type { Denied, Limited } from './denied.ts'
import { mayUsePassword } from './password-door.ts'
import { BUSY, type Caller, type Parts, WRONG_CREDENTIALS } from './parts.ts'
import { type SignedIn, startSession } from './start-session.ts'

export type SignInBody = v.InferOutput<typeof signInBody>

/** Nobody's: what a password is compared with where there is no such handle, so that both take the same time. */
export type DummyHash = Promise<string>

export async function signIn(
  parts: Parts,
  dummyHash: DummyHash,
  body: SignInBody,
  caller: Caller,
): Promise<SignedIn | Denied> {
  const parsed = v.safeParse(handleSchema, body.handle)
  const handle = parsed.success ? parsed.output : undefined
  // The try is taken when its turn has come: a lecture hall that waits here has not failed yet.
  const compared = await parts.limiter.run(async () => {
    const credential = handle === undefined ? undefined : await findCredential(parts.store.db, handle)
    const door = findDoor(parts, handle, credential?.user_id, caller)
    const limited = await door.take()
    if (limited !== undefined) return limited
    const isRight = await parts.hasher.compare(body.password, credential?.password_hash ?? (await dummyHash))
    if (credential === undefined || !isRight) return WRONG_CREDENTIALS
    await door.giveBack()
    return credential
  })
  if (compared === undefined) return BUSY
  if ('kind' in compared) return compared
  const { user_id, password_hash } = compared
  // Told only to who knows the password: whose account it is that takes none is nobody else's business.
  if (!(await mayUsePassword(parts.store.db, parts.settings, user_id)))
    return { kind: 'refused', refusal: refusal('sso_needed') }
  return startSession(parts, user_id, { by: 'password', hash: password_hash }, caller)
}

interface Door {
  take(): Promise<Limited | undefined>
  giveBack(): Promise<void>
}

/**
 * A device on which this account signed in before has a door of its own: whatever strangers try elsewhere, its owner gets in.
 * Everybody else is counted by handle and address.
 */
function findDoor(
  { devices, limits }: Parts,
  handle: string | undefined,
  userId: string | undefined,
  { cookie, address }: Caller,
): Door {
  const device = userId === undefined ? undefined : devices.find(cookie, userId)
  if (device !== undefined) {
    return { take: () => limits.takeDeviceSignIn(device), giveBack: () => limits.giveBackDeviceSignIn(device) }
  }
  // What no handle can be counts as one: nobody fills our memory with keys of a megabyte.
  const counted = handle ?? '?'
  return { take: () => limits.takeSignIn(counted, address), giveBack: () => limits.giveBackSignIn(counted, address) }
}

function findCredential(db: Database, handle: string) {
  return db
    .selectFrom('user')
    .innerJoin('credential', 'credential.user_id', 'user.id')
    .select(['credential.user_id', 'credential.password_hash'])
    .where('user.handle', '=', handle)
    .executeTakeFirst()
}
