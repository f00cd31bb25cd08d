import type { Delivery } from '../data/outbox/pending.ts'
import type { Receipt } from '../data/receipts/receipts.ts'
import { toDayAndClock } from '../ui/time.ts'

/** When what the server slowed down goes on, in words; null of what was not, or may go already. */
export function toGoesOnWords(delivery: Delivery | Receipt, now: number): string | null {
  if (delivery.kind !== 'waiting' || delivery.goesOnAt === undefined || delivery.goesOnAt <= now) return null
  return `goes on at ${toDayAndClock(delivery.goesOnAt, now)}`
}
