import { defineCommand, done } from '../command.ts'
import { LIMIT_SETTINGS, toTyped } from '../limit-settings.ts'
import { withSettings } from '../with-settings.ts'

export const limitsList = defineCommand({
  name: 'limits list',
  summary: 'Lists how much one person may do, and how much room files have.',
  on: 'database',
  run: (context) =>
    withSettings(context, async (settings) => {
      const limits = settings
        .list()
        .filter(({ name }) => LIMIT_SETTINGS.includes(name))
        .map(({ name, ...rest }) => ({ name: toTyped(name), ...rest }))
      const width = Math.max(...limits.map(({ name }) => name.length))
      const lines = limits.map(({ name, value, isChosen, summary }) =>
        [name.padEnd(width), String(value).padStart(10), isChosen ? 'chosen ' : '       ', summary].join('  '),
      )
      return done({ limits }, lines)
    }),
})
