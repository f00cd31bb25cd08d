import { SETTING_NAMES, SETTINGS, type SettingName } from '../../../../shared/operate/settings.ts'
import { type AdminContext, defineCommand, done, type Outcome, refused } from '../command.ts'
import { withSettings } from '../with-settings.ts'

/* What an operator may change while ChatBox runs, as on the page of operators; servers follow within seconds. */

const NAME = { name: 'Which setting.' }
const ACTOR = { id: null, via: 'command-line' } as const

export const settingsList = defineCommand({
  name: 'settings list',
  summary: 'Lists what an operator may change while ChatBox runs, and what it is now.',
  on: 'database',
  run: (context) =>
    withSettings(context, async (settings) => {
      const all = settings.list()
      const lines = all.map(
        ({ name, value, isChosen, summary }) =>
          `${name} = ${JSON.stringify(value)}${isChosen ? '' : ' (as it was to begin with)'}\n    ${summary}`,
      )
      return done({ settings: all }, lines)
    }),
})

export const settingsSet = defineCommand({
  name: 'settings set',
  summary: 'Changes a setting.',
  words: { ...NAME, value: 'What it is from now on: a word, a number, or a list with commas.' },
  on: 'database',
  run: (context, { name, value }) => change(context, name, (known) => readValue(known, value)),
})

export const settingsReset = defineCommand({
  name: 'settings reset',
  summary: 'Takes back what was chosen of a setting.',
  words: NAME,
  on: 'database',
  run: (context, { name }) => change(context, name, () => null),
})

async function change(context: AdminContext, typed: string, toValue: (name: SettingName) => unknown): Promise<Outcome> {
  const name = SETTING_NAMES.find((one) => one === typed)
  if (name === undefined) {
    return refused('not_found', `There is no setting "${typed}". There are: ${SETTING_NAMES.join(', ')}.`)
  }
  return withSettings(context, async (settings) => {
    const failed = await settings.change(ACTOR, name, toValue(name))
    const value: unknown = settings.get(name)
    return failed ?? done({ name, value }, [`${name} = ${JSON.stringify(value)}`])
  })
}

/** A list is typed with commas; what is a number or yes and no is read as that. */
function readValue(name: SettingName, typed: string): unknown {
  const before: unknown = SETTINGS[name].default
  if (Array.isArray(before))
    return typed
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '')
  if (typeof before === 'string') return typed
  try {
    return JSON.parse(typed) as unknown
  } catch {
    return typed
  }
}
