import { encodeBase64urlNoPadding } from '@oslojs/encoding'
import { parse, serialize } from 'hono/utils/cookie'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/*
 * A device that signed in before is known again, so that wrong tries of strangers do not shut its owner out: "Slow Down Online
 * Guessing Attacks with Device Cookies" (OWASP). The cookie holds, for each account that signed in here, a nonce and a signature
 * over the nonce and the account: it says nothing of whose it is to whoever reads it, only to who already names the account.
 * It opens nothing: it only decides at which door a password is tried, and that door has its own, tight count.
 */

export const DEVICE_COOKIE = 'chatbox_device'
const PATH = '/api'
/** As long as a browser keeps a cookie (RFC 6265bis). */
const MAX_AGE_S = 400 * 24 * 60 * 60
const NONCE_BYTES = 16
/** Accounts that one device is known by; the oldest goes. */
const ACCOUNTS_MAX = 5
const ENTRY = /^[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}$/

export interface DeviceCookies {
  /** What names this device and account in counts; undefined where the header does not show that this account signed in there. */
  find(cookieHeader: string | undefined, userId: string): string | undefined
  /** The value of a `Set-Cookie` header with which the device is known from now on, beside whom it was known by before. */
  renew(cookieHeader: string | undefined, userId: string, secure: boolean): string
}

export function createDeviceCookies(key: Uint8Array): DeviceCookies {
  const sign = (nonce: string, userId: string) => createHmac('sha256', key).update(`${nonce}.${userId}`).digest()

  function isOf(entry: string, userId: string): boolean {
    const [nonce = '', signature = ''] = entry.split('.')
    const [said, right] = [Buffer.from(signature, 'base64url'), sign(nonce, userId)]
    return said.length === right.length && timingSafeEqual(said, right)
  }

  return {
    find: (header, userId) => listEntries(header).find((entry) => isOf(entry, userId)),
    renew(header, userId, secure) {
      const others = listEntries(header).filter((entry) => !isOf(entry, userId))
      const nonce = encodeBase64urlNoPadding(randomBytes(NONCE_BYTES))
      const mine = `${nonce}.${sign(nonce, userId).toString('base64url')}`
      const value = [mine, ...others].slice(0, ACCOUNTS_MAX).join('~')
      return serialize(DEVICE_COOKIE, value, { path: PATH, httpOnly: true, sameSite: 'Lax', secure, maxAge: MAX_AGE_S })
    },
  }
}

function listEntries(header: string | undefined): string[] {
  const value = header === undefined ? undefined : parse(header, DEVICE_COOKIE)[DEVICE_COOKIE]
  return (value ?? '')
    .split('~')
    .filter((entry) => ENTRY.test(entry))
    .slice(0, ACCOUNTS_MAX)
}
