const UNITS = ['kB', 'MB', 'GB', 'TB'] as const

/** A size as people say it, in the units of SI: "812 bytes", "12 kB", "1.2 MB". */
export function toBytesWords(bytes: number): string {
  if (bytes < 1_000) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  let [value, unit]: [number, string] = [bytes, 'bytes']
  for (const next of UNITS) {
    if (round(value) < 1_000) break
    ;[value, unit] = [value / 1_000, next]
  }
  return `${round(value)} ${unit}`
}

/** With one decimal where that tells something. */
function round(value: number): number {
  return value < 10 ? Math.round(value * 10) / 10 : Math.round(value)
}
