import { defineCommand, done } from '../command.ts'
import { findLimitSetting, refuseUnknown, toTyped } from '../limit-settings.ts'
import { withSettings } from '../with-settings.ts'

export const limitsReset = defineCommand({
  name: 'limits reset',
  summary: 'Takes back what was set, so that a limit is as it was to begin with.',
  words: { name: 'Which, as "limits list" calls it.' },
  on: 'database',
  async run(context, { name: typed }) {
    const name = findLimitSetting(typed)
    if (name === undefined) return refuseUnknown(typed)
    return withSettings(context, async (settings) => {
      const refusal = await settings.change({ id: null, via: 'command-line' }, name, null)
      if (refusal !== undefined) return refusal
      const value = settings.get(name)
      return done({ name: toTyped(name), value }, [`${toTyped(name)} is ${String(value)} again.`])
    })
  },
})
