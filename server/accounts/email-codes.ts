import { sha256 } from '@oslojs/crypto/sha2'
import { encodeHexLowerCase } from '@oslojs/encoding'
import { randomInt } from 'node:crypto'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { Store } from '../store/store.ts'
import type { Denied } from './denied.ts'
import type { Caller, Parts } from './parts.ts'
import { isSameHash } from './session-token.ts'

/*
 * Whoever makes an account by e-mail shows that they read mail at an address of the right domain: they type a code that was sent
 * there. Whether somebody has an account with that address already is told to nobody but who reads its mail.
 */

const CODE_MS = 15 * 60_000
/** A million codes, five tries each: a guess is right once in 200,000. */
const CODES = 1_000_000
const TRIES_MAX = 5

/** Whether an address is of one of these domains, and not only ends like one. */
export function isOfDomain(address: string, domains: readonly string[]): boolean {
  return domains.includes(address.slice(address.lastIndexOf('@') + 1))
}

/** Sends a code to an address; the answer is the same whether somebody has an account with it. */
export async function sendEmailCode(
  { store, settings, mailer, limits, clock }: Parts,
  address: string,
  caller: Caller,
): Promise<Denied | undefined> {
  if (settings.get('registration') !== 'email') return refused('registration_closed')
  if (!isOfDomain(address, settings.get('registrationDomains'))) return refused('email_domain')
  if (mailer === undefined) return refused('mail_unavailable')
  const limited = await limits.takeMail(address, caller.address)
  if (limited !== undefined) return limited
  const known = await store.db
    .selectFrom('email_address')
    .innerJoin('user', 'user.id', 'email_address.user_id')
    .select('user.handle')
    .where('address', '=', address)
    .executeTakeFirst()
  const code = String(randomInt(CODES)).padStart(6, '0')
  const text =
    known === undefined
      ? `Your code for ChatBox is ${code}. It holds for a quarter of an hour.\n\nIf you did not ask for it, do nothing.`
      : `Somebody wants to make an account at ChatBox with this address, and you have one already: sign in as @${known.handle}.\n\nIf it was not you, do nothing.`
  try {
    await mailer.send({ to: address, subject: known === undefined ? `${code} is your code` : 'Your account', text })
  } catch {
    return refused('mail_unavailable')
  }
  if (known !== undefined) return undefined
  const record = { address, code_hash: toCodeHash(address, code), tries: 0, ends_at: clock.now() + CODE_MS }
  await store.upsert(store.db, 'email_code', ['address'], [record])
  return undefined
}

/** Whether this is the code that was sent last; a try is counted before it is looked at, and a right one holds once. */
export async function spendEmailCode(
  store: Store,
  { address, code }: { address: string; code: string },
  now: number,
): Promise<Refusal | undefined> {
  return store.write(async (db) => {
    const counted = await db
      .updateTable('email_code')
      .set((column) => ({ tries: column('tries', '+', 1) }))
      .where('address', '=', address)
      .where('ends_at', '>', now)
      .where('tries', '<', TRIES_MAX)
      .executeTakeFirst()
    if (counted.numUpdatedRows === 0n) return refusal('email_code')
    const { code_hash } = await db
      .selectFrom('email_code')
      .select('code_hash')
      .where('address', '=', address)
      .executeTakeFirstOrThrow()
    if (!isSameHash(code_hash, toCodeHash(address, code))) return refusal('email_code')
    await db.updateTable('email_code').set({ tries: TRIES_MAX }).where('address', '=', address).execute()
    return undefined
  })
}

/** Nothing came of a code that was right: it holds again. */
export async function giveBackEmailCode({ db }: Store, address: string): Promise<void> {
  await db.updateTable('email_code').set({ tries: 0 }).where('address', '=', address).execute()
}

function toCodeHash(address: string, code: string): string {
  return encodeHexLowerCase(sha256(new TextEncoder().encode(`${address} ${code}`)))
}

function refused(code: Refusal['code']): Denied {
  return { kind: 'refused', refusal: refusal(code) }
}
