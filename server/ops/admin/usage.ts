import type { AnyCommand } from './command.ts'

const START = 'npm run admin --'

/** How a command is written, and what each part of it means. */
export function describeCommand(command: AnyCommand): string[] {
  const words = Object.entries(command.words ?? {})
  const options = Object.entries(command.options ?? {})
  const flags = Object.entries(command.flags ?? {})
  const parts = [
    ...words.map(([name]) => toPlaceholder(name)),
    ...options.map(([name, { value }]) => `[--${name} ${value}]`),
    ...flags.map(([name]) => `[--${name}]`),
    '[--json]',
  ]
  return [
    `Usage: ${START} ${command.name} ${parts.join(' ')}`,
    '',
    command.summary,
    '',
    ...inColumns([
      ...words.map(([name, summary]): Row => [toPlaceholder(name), summary]),
      ...options.map(([name, { value, summary }]): Row => [`--${name} ${value}`, summary]),
      ...flags.map(([name, summary]): Row => [`--${name}`, summary]),
      ['--json', 'Prints one JSON document in place of lines.'],
    ]),
  ]
}

/** What can be done, one line each. */
export function describeCommands(commands: readonly AnyCommand[]): string[] {
  return [
    `Usage: ${START} <command> [arguments] [--json]`,
    '',
    ...inColumns(commands.map(({ name, summary }): Row => [name, summary])),
    '',
    `What a command takes: ${START} <command> --help`,
  ]
}

type Row = readonly [string, string]

function inColumns(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`)
}

function toPlaceholder(name: string): string {
  return name.toUpperCase()
}
