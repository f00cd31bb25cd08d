import type { Settings } from '../../server/settings/settings.ts'
import { SETTING_NAMES, SETTINGS, type SettingValues } from '../../shared/operate/settings.ts'

/** Settings of an operator who chose these, and nothing else. */
export function createFixedSettings(chosen: Partial<SettingValues> = {}): Pick<Settings, 'get'> {
  const values = { ...Object.fromEntries(SETTING_NAMES.map((name) => [name, SETTINGS[name].default])), ...chosen }
  return { get: (name) => (values as SettingValues)[name] }
}
