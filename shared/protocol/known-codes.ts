import type { ErrorCode } from './errors.ts'
import type { CommandResult } from './results.ts'

/** What a version before 6 has instead of the codes that it does not know: what a client of it does about them is the same. */
const BEFORE_VERSION_6: Partial<Record<ErrorCode, ErrorCode>> = {
  // A command waits, in its order, and whoever asks for rows asks again.
  suspended: 'internal',
  // Its sessions are over.
  account_deleted: 'not_signed_in',
  slow_down: 'internal',
  posting_closed: 'forbidden',
  registration_closed: 'forbidden',
  invitation_needed: 'forbidden',
  invitation_invalid: 'forbidden',
  link_invalid: 'forbidden',
  email_needed: 'forbidden',
  email_domain: 'forbidden',
  email_code: 'forbidden',
  mail_unavailable: 'unavailable',
  password_guessed: 'bad_request',
  sso_unavailable: 'unavailable',
  sso_denied: 'forbidden',
  sso_expired: 'forbidden',
  sso_token: 'forbidden',
  sso_needed: 'forbidden',
  identity_taken: 'forbidden',
  last_way_in: 'forbidden',
  sign_in_again: 'forbidden',
  passkey_needed: 'forbidden',
  passkey_invalid: 'wrong_credentials',
  not_yourself: 'forbidden',
  last_operator: 'forbidden',
}

/** A code as a version of the protocol has it. */
export function toKnownCode(version: number, code: ErrorCode): ErrorCode {
  return version < 6 ? (BEFORE_VERSION_6[code] ?? code) : code
}

/** What came of a command, as a version of the protocol has it. */
export function toKnownResult(version: number, result: CommandResult): CommandResult {
  if (result.status !== 'refused' || version >= 6) return result
  const { retryAfterMs: _retryAfterMs, ...refused } = result
  return { ...refused, code: toKnownCode(version, result.code) }
}
