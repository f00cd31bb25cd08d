import { parse, serialize } from 'hono/utils/cookie'
import { SESSION_IDLE_MS } from './session-life.ts'
import { fromTokenText, type SessionToken, toTokenText } from './session-token.ts'

export const SESSION_COOKIE = 'chatbox_session'
/** The API alone: a classroom, which lives under another path, never learns who came. */
const PATH = '/api'

/** The value of a `Set-Cookie` header. */
export function toSessionCookie(token: SessionToken, secure: boolean): string {
  return toCookie(toTokenText(token), SESSION_IDLE_MS / 1000, secure)
}

/** Makes the browser forget its session. */
export function toEndedCookie(secure: boolean): string {
  return toCookie('', 0, secure)
}

/** The token in a `Cookie` header. */
export function fromCookieHeader(header: string | undefined): SessionToken | undefined {
  if (header === undefined) return undefined
  const text = parse(header, SESSION_COOKIE)[SESSION_COOKIE]
  return text === undefined ? undefined : fromTokenText(text)
}

function toCookie(value: string, maxAge: number, secure: boolean): string {
  return serialize(SESSION_COOKIE, value, { path: PATH, httpOnly: true, sameSite: 'Lax', secure, maxAge })
}
