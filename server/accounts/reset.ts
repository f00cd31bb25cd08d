import * as v from 'valibot'
import { handle as handleSchema } from '../../shared/protocol/fields.ts'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { resetBody } from '../../shared/protocol/http.ts'
import { type Actor, writeAudited } from '../audit/audit.ts'
import type { Store } from '../store/store.ts'
import type { Denied, Limited } from './denied.ts'
import { mayUsePassword } from './password-door.ts'
import { refuseGuessed } from './guessed-password.ts'
import { createOneTimeLink, giveBackOneTimeLink, spendOneTimeLink } from './one-time-links.ts'
import { BUSY, type Caller, type Parts } from './parts.ts'
import { type SignedIn, startSession } from './start-session.ts'

/** A link with which somebody chooses another password, made by an operator, with a row in the audit log. */
export async function createResetToken(
  store: Store,
  actor: Actor,
  userId: string,
  now: number,
): Promise<string | Refusal> {
  return writeAudited<string | Refusal>(store, now, async (db) => {
    const user = await db.selectFrom('user').select('id').where('id', '=', userId).executeTakeFirst()
    if (user === undefined) return { answer: refusal('not_found', 'Nobody has this account.'), entries: [] }
    const token = await createOneTimeLink(db, 'reset', userId, now)
    const entry = { actor, act: 'person.reset-link', subject: { kind: 'person', id: userId } } as const
    return { answer: token, entries: [entry] }
  })
}

/** Another password, with a link: whoever is signed in anywhere is signed out, and whoever asks is signed in. */
export async function resetPassword(
  parts: Parts,
  { token, password }: v.InferOutput<typeof resetBody>,
  caller: Caller,
): Promise<SignedIn | Denied> {
  const { store, clock, limiter, hasher, sessions } = parts
  const limited = await parts.limits.takeReset(caller.address)
  if (limited !== undefined) return limited
  const passwordHash = await limiter.run(() => hasher.hash(password))
  if (passwordHash === undefined) return BUSY
  const done = await store.write(async (db) => {
    const spent = await spendOneTimeLink(db, 'reset', token, clock.now())
    if (spent === undefined || spent.userId === null) return undefined
    const { userId } = spent
    const person = await db.selectFrom('user').select(['handle', 'name']).where('id', '=', userId).executeTakeFirst()
    const guessed = person && refuseGuessed(password, person)
    if (guessed !== undefined) {
      await giveBackOneTimeLink(db, token)
      return guessed
    }
    if (!(await mayUsePassword(db, parts.settings, userId))) return refusal('sso_needed')
    await store.upsert(db, 'credential', ['user_id'], [{ user_id: userId, password_hash: passwordHash }])
    // Other links that are on their way to somebody would let them in behind this.
    await db.deleteFrom('one_time_link').where('user_id', '=', userId).where('used_at', 'is', null).execute()
    const ended = await db.selectFrom('session').select('id').where('user_id', '=', userId).execute()
    await db.deleteFrom('session').where('user_id', '=', userId).execute()
    return { userId, ended: ended.map(({ id }) => id) }
  })
  if (done === undefined) return { kind: 'refused', refusal: refusal('link_invalid') }
  if ('code' in done) return { kind: 'refused', refusal: done }
  sessions.announceEnded(done.ended)
  return startSession(parts, done.userId, { by: 'password', hash: passwordHash }, caller)
}

/**
 * Sends a link to whoever has this handle or address, if they have shown an address to be theirs. What is found and sent is found
 * and sent after the answer, which is the same, and comes as soon, for everybody.
 */
export async function sendResetLink(
  parts: Parts,
  text: string,
  caller: Caller,
): Promise<Limited | Refusal | undefined> {
  if (parts.mailer === undefined) return refusal('mail_unavailable')
  const limited = await parts.limits.takeMail(text.trim().toLowerCase(), caller.address)
  if (limited !== undefined) return limited
  void findAndSend(parts, text).catch(parts.onError)
  return undefined
}

async function findAndSend({ store, mailer, clock, toLink }: Parts, text: string): Promise<void> {
  const parsed = v.safeParse(handleSchema, text)
  const found = await store.db
    .selectFrom('email_address')
    .innerJoin('user', 'user.id', 'email_address.user_id')
    .select(['user.id', 'user.handle', 'address'])
    .where((or) =>
      or.or([
        or('address', '=', text.trim().toLowerCase()),
        ...(parsed.success ? [or('user.handle', '=', parsed.output)] : []),
      ]),
    )
    .executeTakeFirst()
  if (found === undefined || mailer === undefined) return
  const token = await store.write((db) => createOneTimeLink(db, 'reset', found.id, clock.now()))
  const link = toLink(`reset=${token}`)
  await mailer.send({
    to: found.address,
    subject: 'Choose another password',
    text: `Somebody, hopefully you, forgot the password of @${found.handle} at ChatBox. Choose another one here:\n\n${link}\n\nThe link holds for a day, and once. If it was not you, do nothing.`,
  })
}
