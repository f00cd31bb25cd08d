import { systemClock } from '../../../shared/clock.ts'
import { checkSetting } from '../../accounts/check-setting.ts'
import { toSettingDefaults } from '../../settings/setting-defaults.ts'
import { createSettings, type Settings } from '../../settings/settings.ts'
import { withCampus } from './campus.ts'
import type { AdminContext, Outcome } from './command.ts'

/** Works with what operators chose, as it is in the database; servers hear of what is changed. */
export async function withSettings(
  context: AdminContext,
  work: (settings: Settings) => Promise<Outcome>,
): Promise<Outcome> {
  const { store, config, tell } = context
  return withCampus(context, async ({ bus }) => {
    const settings = createSettings({
      ...{ store, bus, clock: systemClock, onError: (error) => tell(String(error)) },
      defaults: toSettingDefaults(config),
      check: (...asked) => checkSetting(store, config.sso !== undefined, ...asked),
    })
    try {
      await settings.refresh()
      return await work(settings)
    } finally {
      settings.close()
    }
  })
}
