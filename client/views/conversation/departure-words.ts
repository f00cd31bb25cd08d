import type { DepartureView } from '../../data/conversations/departures.ts'
import { isolate } from '../../ui/isolate.ts'
import { toDayAndClock } from '../../ui/time.ts'

/** "Ann removed you from Chess on 3 May, 14:02" */
export function toDepartureWords({ title, isOwn, by, at }: Omit<DepartureView, 'kept'>, now: number): string {
  const when = at === null ? '' : ` · ${toDayAndClock(at, now)}`
  const group = title === '' ? 'a group' : isolate(title)
  if (isOwn) return `You left ${group}${when}`
  return by === null
    ? `You are not in ${group} any more${when}`
    : `${isolate(by.name)} removed you from ${group}${when}`
}
