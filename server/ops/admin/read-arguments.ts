import { parseArgs } from 'node:util'
import type { AnyCommand, Given } from './command.ts'

/** What somebody typed, understood. `wrong` is a sentence about what is not. */
export type Request =
  | { kind: 'run'; command: AnyCommand; given: Given<string, string, string>; isJson: boolean }
  | { kind: 'help'; command: AnyCommand | undefined; isJson: boolean }
  | { kind: 'wrong'; message: string; command: AnyCommand | undefined; isJson: boolean }

const OF_ALL = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

export function readArguments(commands: readonly AnyCommand[], typed: readonly string[]): Request {
  const isJson = typed.includes('--json')
  const isHelp = typed[0] === 'help'
  const rest = isHelp ? typed.slice(1) : typed
  const command = findCommand(commands, rest)
  if (command === undefined) {
    const [first] = rest.filter((word) => !word.startsWith('-'))
    if (first !== undefined) return { kind: 'wrong', message: toUnknown(commands, rest), command, isJson }
    const asksHelp = isHelp || rest.includes('--help') || rest.includes('-h')
    return asksHelp
      ? { kind: 'help', command, isJson }
      : { kind: 'wrong', message: 'Say what is to be done.', command, isJson }
  }
  if (isHelp) return { kind: 'help', command, isJson }
  return readFor(command, rest.slice(command.name.split(' ').length), isJson)
}

function findCommand(commands: readonly AnyCommand[], typed: readonly string[]): AnyCommand | undefined {
  return commands.find(({ name }) => name.split(' ').every((word, at) => typed[at] === word))
}

/** Of a group that is there, its actions. */
function toUnknown(commands: readonly AnyCommand[], [group = '', action]: readonly string[]): string {
  const actions = commands.flatMap(({ name }) => (name.startsWith(`${group} `) ? [name.slice(group.length + 1)] : []))
  if (actions.length === 0) return `There is no command "${group}".`
  const known = `It has: ${actions.join(', ')}.`
  return action === undefined || action.startsWith('-')
    ? `Say what "${group}" is to do. ${known}`
    : `"${group}" has no "${action}". ${known}`
}

function readFor(command: AnyCommand, typed: string[], isJson: boolean): Request {
  const wrong = (message: string): Request => ({ kind: 'wrong', message, command, isJson })
  const names = Object.keys(command.words ?? {})
  const optionNames = Object.keys(command.options ?? {})
  const flagNames = Object.keys(command.flags ?? {})
  let parsed
  try {
    parsed = parseArgs({
      args: typed,
      allowPositionals: true,
      options: {
        ...OF_ALL,
        ...Object.fromEntries(optionNames.map((name) => [name, { type: 'string' as const }])),
        ...Object.fromEntries(flagNames.map((name) => [name, { type: 'boolean' as const }])),
      },
    })
  } catch (error) {
    // Node's sentence names what was typed; what follows it is advice on dashes.
    return wrong(error instanceof Error ? `${error.message.split('.')[0]}.` : 'That is not understood.')
  }
  const values: Readonly<Record<string, string | boolean | undefined>> = parsed.values
  if (values.help === true) return { kind: 'help', command, isJson }
  const words = parsed.positionals
  const missing = names[words.length]
  if (missing !== undefined) return wrong(`${missing.toUpperCase()} is missing.`)
  const tooMany = words[names.length]
  if (tooMany !== undefined) return wrong(`"${tooMany}" is one word too many. Put quotes around what has spaces in it.`)
  const empty = [...words.map((word, at) => [names[at], word]), ...Object.entries(values)].find(
    ([, word]) => word === '',
  )
  if (empty !== undefined) return wrong(`${String(empty[0])} is empty.`)
  const given = {
    ...Object.fromEntries(flagNames.map((name) => [name, values[name] === true])),
    ...Object.fromEntries(optionNames.map((name) => [name, values[name]])),
    ...Object.fromEntries(names.map((name, at) => [name, words[at]])),
  }
  return { kind: 'run', command, given: given as Given<string, string, string>, isJson }
}
