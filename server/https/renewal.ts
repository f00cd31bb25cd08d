import type { Certificate } from './certificate.ts'

const MINUTE_MS = 60_000
const RETRY_MAX_MS = 6 * 60 * MINUTE_MS

/**
 * After two thirds of its life, and up to a twentieth later, so that what began together does not come together each time.
 * `chance` is from 0 to 1.
 */
export function toRenewAt(
  { notBefore, notAfter }: Pick<Certificate, 'notBefore' | 'notAfter'>,
  chance: number,
): number {
  return notBefore + (notAfter - notBefore) * (2 / 3 + chance / 20)
}

/** Never oftener, whatever the clocks say: an authority that is asked without end gives nothing any more. */
export function toRenewNextAt(
  certificate: Pick<Certificate, 'notBefore' | 'notAfter'>,
  now: number,
  chance: number,
): number {
  const tenth = (certificate.notAfter - certificate.notBefore) / 10
  return Math.max(toRenewAt(certificate, chance), now + tenth)
}

/** A minute after the first failure, then twice as long each time; and at least four times more in what is left of its life. */
export function toRetryAfter(failures: number, leftMs: number, chance: number): number {
  const backOff = Math.min(MINUTE_MS * 2 ** (failures - 1), RETRY_MAX_MS)
  const inTime = leftMs > 0 ? Math.max(leftMs / 4, 1_000) : RETRY_MAX_MS
  return Math.min(backOff, inTime) * (1 + chance / 4)
}
