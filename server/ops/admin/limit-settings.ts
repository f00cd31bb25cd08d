import { listLimitSettings } from '../../../shared/operate/limits.ts'
import { SETTING_NAMES, type SettingName } from '../../../shared/operate/settings.ts'
import { type Outcome, refused } from './command.ts'

const LIMITS: readonly SettingName[] = listLimitSettings().map(({ setting }) => setting)

/** What `limits` lists and sets: the limits by name, and how much room files have. */
export const LIMIT_SETTINGS: readonly SettingName[] = [
  ...LIMITS,
  ...SETTING_NAMES.filter((name) => name.startsWith('storage.')),
]

/** How it is typed and listed: without what all of them begin with. */
export function toTyped(name: SettingName): string {
  return name.replace(/^limits\./, '')
}

/** Undefined for what is none. */
export function findLimitSetting(typed: string): SettingName | undefined {
  return LIMIT_SETTINGS.find((name) => name === typed || toTyped(name) === typed)
}

export function refuseUnknown(typed: string): Outcome {
  return refused('not_found', `There is no limit "${typed}". "npm run admin -- limits list" lists them.`)
}
