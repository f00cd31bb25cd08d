/** The day of a moment on this device's calendar, as a date field takes it: "2026-03-09". */
export function toDateField(ms: number): string {
  const date = new Date(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** When that day begins on this device's calendar; null when the field holds no day. */
export function fromDateField(value: string): number | null {
  const [year, month, day] = value.split('-').map(Number)
  if (year === undefined || month === undefined || day === undefined) return null
  const ms = new Date(year, month - 1, day).getTime()
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : null
}
