/** "0:12", "3:05", "1:02:09"; what is not known yet is "–:–". */
export function toPlayingTime(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–:–'
  const whole = Math.max(0, Math.floor(seconds))
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60]
  const rest = String(whole % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}

/** By how many seconds a key moves what plays. */
const STEPS: Partial<Record<string, number>> = {
  ...{ ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5 },
  ...{ PageDown: -30, PageUp: 30, Home: -Infinity, End: Infinity },
}

/** Where a key leads, in seconds from the beginning; undefined for one that leads nowhere. */
export function seekByKey(key: string, from: number, length: number): number | undefined {
  const step = STEPS[key]
  return step === undefined ? undefined : Math.min(length, Math.max(0, from + step))
}
