import { lazily } from '../../../shared/lazily.ts'
import { toClock, toDayKey } from '../../ui/time.ts'

const otherDay = lazily(
  () =>
    new Intl.DateTimeFormat(undefined, {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: 'numeric',
      minute: '2-digit',
    }),
)

/** "10:40" today; on another day, past or coming, with the day. */
export function toMoment(ms: number, now: number): string {
  return toDayKey(ms) === toDayKey(now) ? toClock(ms) : otherDay().format(ms)
}
