import { lazily } from '../../shared/lazily.ts'

const DAY_MS = 86_400_000

// The first format that a page makes takes a phone a twentieth of a second: none is made before one is written.
const clock = lazily(() => new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' }))
const weekday = lazily(() => new Intl.DateTimeFormat(undefined, { weekday: 'long' }))
const shortWeekday = lazily(() => new Intl.DateTimeFormat(undefined, { weekday: 'short' }))
const thisYear = lazily(() => new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' }))
const anyYear = lazily(() => new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' }))
const shortThisYear = lazily(() => new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' }))
const shortAnyYear = lazily(
  () => new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'numeric', year: '2-digit' }),
)
const full = lazily(() => new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' }))

/** "10:42" */
export function toClock(ms: number): string {
  return clock().format(ms)
}

/** A moment in full, for tooltips. */
export function toFullTime(ms: number): string {
  return full().format(ms)
}

/** The day on this device's calendar, as a key: equal for two moments of one day. */
export function toDayKey(ms: number): string {
  const date = new Date(ms)
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`
}

/** "Today", "Yesterday", "Monday", "Friday, 3 May", "3 May 2024" */
export function toDayName(ms: number, now: number): string {
  const days = daysBetween(ms, now)
  if (days === 0) return 'Today'
  if (days === 1) return 'Yesterday'
  if (days > 1 && days < 7) return weekday().format(ms)
  return sameYear(ms, now) ? thisYear().format(ms) : anyYear().format(ms)
}

/** As short as a list takes it: "10:42", "Mon", "3 May", "3.5.24" */
export function toShortTime(ms: number, now: number): string {
  const days = daysBetween(ms, now)
  if (days <= 0) return toClock(ms)
  if (days < 7) return shortWeekday().format(ms)
  return sameYear(ms, now) ? shortThisYear().format(ms) : shortAnyYear().format(ms)
}

/** "10:42" today, otherwise with the day. */
export function toDayAndClock(ms: number, now: number): string {
  return daysBetween(ms, now) === 0 ? toClock(ms) : `${toShortTime(ms, now)}, ${toClock(ms)}`
}

const ago = lazily(() => new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }))
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** "just now", "5 minutes ago", "3 hours ago"; of earlier days which, with the time. */
export function toAgo(ms: number, now: number): string {
  const passed = now - ms
  if (passed < MINUTE_MS) return 'just now'
  if (passed < HOUR_MS) return ago().format(-Math.floor(passed / MINUTE_MS), 'minute')
  if (passed < 12 * HOUR_MS) return ago().format(-Math.floor(passed / HOUR_MS), 'hour')
  return toDayAndClock(ms, now)
}

function daysBetween(ms: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(ms)) / DAY_MS)
}

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0)
}

/** Whether two moments are of one year on this device's calendar. */
export function sameYear(a: number, b: number): boolean {
  return new Date(a).getFullYear() === new Date(b).getFullYear()
}
