import { getLimit, LIMIT_NAMES, toLimitSetting } from '../../../shared/operate/limits.ts'
import type { SettingName } from '../../../shared/operate/settings.ts'

const OF_BYTES: ReadonlySet<string> = new Set(
  LIMIT_NAMES.filter((name) => getLimit(name).unit === 'bytes').flatMap((name) => [
    toLimitSetting(name, false),
    toLimitSetting(name, true),
  ]),
)
const UNITS: readonly [bytes: number, unit: string][] = [
  [1e12, 'TB'],
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'KB'],
]

/** A value as it is typed: lists with commas, bytes in the largest unit in which they are a short number. */
export function toSettingText(name: SettingName, value: unknown): string {
  if (Array.isArray(value)) return value.join(', ')
  if (typeof value !== 'number' || !(OF_BYTES.has(name) || name.startsWith('storage.'))) return String(value)
  const [bytes, unit] = UNITS.find(([size]) => value >= size && Number.isInteger((value / size) * 100)) ?? [1, 'B']
  return `${value / bytes} ${unit}`
}
