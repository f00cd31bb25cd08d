/** A moment on this device's calendar, as a `datetime-local` field takes it: "2026-03-09T10:30"; null is empty. */
export function toWhenField(ms: number | null): string {
  if (ms === null) return ''
  const date = new Date(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`
}

/** The moment that the field names on this device's calendar; null when it names none. */
export function fromWhenField(value: string): number | null {
  if (!/^\d{4,6}-\d\d-\d\dT\d\d:\d\d/.test(value)) return null
  const ms = new Date(value).getTime()
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : null
}
