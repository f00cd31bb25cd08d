import { createMiddleware } from 'hono/factory'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../shared/protocol/version.ts'
import type { AppContext, Env } from './context.ts'
import { toSpokenVersion } from './spoken-version.ts'

const SPOKEN = { min: PROTOCOL_VERSION_MIN, max: PROTOCOL_VERSION }

/**
 * Scripts come from files of ours alone. Style attributes are allowed because Svelte and the
 * virtualised list place things with them; style sheets are files too. Vite writes small images into
 * those as `data:`. What was recorded, or is on the device, is played from a `blob:`.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(self), geolocation=(), payment=(), usb=(), browsing-topics=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

export const securityHeaders = createMiddleware<Env>(async (c, next) => {
  await next()
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) setUnlessSet(c, name, value)
})

/** The version in which a request is answered. */
export function findSpokenVersion(c: AppContext): number {
  return toSpokenVersion(c.req.header(PROTOCOL_HEADER), SPOKEN)
}

export const apiHeaders = createMiddleware<Env>(async (c, next) => {
  await next()
  setUnlessSet(c, 'cache-control', 'no-store')
  c.header(PROTOCOL_HEADER, String(findSpokenVersion(c)))
})

/** A route may say something stricter, or something else of what never changes. */
function setUnlessSet(c: AppContext, name: string, value: string): void {
  if (!c.res.headers.has(name)) c.header(name, value)
}
