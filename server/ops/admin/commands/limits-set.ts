import { defineCommand, done } from '../command.ts'
import { findLimitSetting, refuseUnknown, toTyped } from '../limit-settings.ts'
import { withSettings } from '../with-settings.ts'

export const limitsSet = defineCommand({
  name: 'limits set',
  summary: 'Sets a limit. Servers that run follow within seconds.',
  words: { name: 'Which, as "limits list" calls it.', value: 'How much, such as 60 or "2 GB"; "off" is no limit.' },
  on: 'database',
  async run(context, { name: typed, value }) {
    const name = findLimitSetting(typed)
    if (name === undefined) return refuseUnknown(typed)
    return withSettings(context, async (settings) => {
      const refusal = await settings.change({ id: null, via: 'command-line' }, name, value)
      if (refusal !== undefined) return refusal
      const set = settings.get(name)
      return done({ name: toTyped(name), value: set }, [`${toTyped(name)} is ${String(set)} now.`])
    })
  },
})
