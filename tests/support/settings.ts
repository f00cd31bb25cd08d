import type { Settings } from '../../server/settings/settings.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import { SETTING_NAMES, SETTINGS, type SettingValues } from '../../shared/operate/settings.ts'

/** Settings of an operator who chose these, and whom nobody can change. */
export function createFixedSettings(
  chosen: Partial<SettingValues> = {},
): Pick<Settings, 'get' | 'list' | 'change' | 'onChanged'> {
  const values = { ...Object.fromEntries(SETTING_NAMES.map((name) => [name, SETTINGS[name].default])), ...chosen }
  return {
    get: (name) => (values as SettingValues)[name],
    list: () =>
      SETTING_NAMES.map((name) => ({
        ...{ name, value: (values as SettingValues)[name], summary: SETTINGS[name].summary },
        isChosen: name in chosen,
      })),
    change: async () => refusal('forbidden'),
    onChanged: () => () => undefined,
  }
}
