import { type Config, readConfig } from '../../config.ts'
import { openHome } from '../open-home.ts'
import { openStore } from '../open-store.ts'
import { toStartSentence } from '../start-error.ts'
import type { AnyCommand, BareContext, Given, Outcome } from './command.ts'
import { refuseMissing, refuseSchema } from './find-database.ts'
import { readArguments } from './read-arguments.ts'
import { describeCommand, describeCommands } from './usage.ts'

export interface AdminWorld {
  out: (text: string) => void
  error: (text: string) => void
  now: () => number
  env?: Readonly<Record<string, string | undefined>>
}

/** How a command ended, for the shell: done, refused or failed, not understood. */
const EXIT = { done: 0, failed: 1, usage: 2 } as const

/** Runs what somebody typed behind `npm run admin --`, and resolves with the code to exit with. Never throws. */
export async function runAdmin(
  commands: readonly AnyCommand[],
  typed: readonly string[],
  world: AdminWorld,
): Promise<number> {
  const request = readArguments(commands, typed)
  const print = (write: (text: string) => void, lines: readonly string[]) => write(`${lines.join('\n')}\n`)
  const printError = (error: { code: string; message: string }) => {
    if (request.isJson) print(world.out, [JSON.stringify({ error })])
    else print(world.error, [error.message])
  }
  const usage = request.command === undefined ? describeCommands(commands) : describeCommand(request.command)
  if (request.kind === 'help') {
    print(world.out, request.isJson ? [JSON.stringify({ help: usage })] : usage)
    return EXIT.done
  }
  if (request.kind === 'wrong') {
    printError({ code: 'usage', message: request.message })
    print(world.error, ['', ...usage])
    return EXIT.usage
  }
  let config: Config | undefined
  try {
    config = readConfig(world.env)
    const environment = Object.entries(world.env ?? process.env).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    )
    const context = { config, environment, now: world.now, tell: (line: string) => print(world.error, [line]) }
    const outcome = await perform(request.command, context, request.given)
    if ('code' in outcome) {
      printError({ code: outcome.code, message: outcome.message })
      return EXIT.failed
    }
    print(world.out, request.isJson ? [JSON.stringify(outcome.data)] : outcome.lines)
    return outcome.isBad === true ? EXIT.failed : EXIT.done
  } catch (error) {
    printError({ code: 'failed', message: toStartSentence(error, config) })
    return EXIT.failed
  }
}

async function perform(command: AnyCommand, bare: BareContext, given: Given<string, string, string>): Promise<Outcome> {
  // What it takes was read by its own description.
  const input = given as never
  if (command.on === 'nothing') return command.run(bare, input)
  const { config } = bare
  const missing = refuseMissing(config)
  if (missing !== undefined) return missing
  const store = openStore(config)
  try {
    return (
      (await refuseSchema(store, command.on)) ??
      (await command.run({ ...bare, store, openHome: () => openHome(config) }, input))
    )
  } finally {
    await store.close()
  }
}
