import type { Config } from '../../config.ts'
import type { FileHome } from '../../files/home.ts'
import type { Store } from '../../store/store.ts'

/*
 * A command of the operator's: `npm run admin -- users suspend HANDLE --for REASON`. To add one, write a file in `commands/`
 * that exports `defineCommand({ … })`, and put it into the list in `commands.ts`: help, the checks of what was given, `--json`
 * and exit codes follow from that. It says what it did with `done(data, lines)`; what it refuses it returns as a `Refused`, with a
 * code for scripts and a sentence for people. Throw only what is a bug or the outside world.
 *
 *   words     what follows the name, in this order, all of it required
 *   options   `--name VALUE`; what was not given is undefined
 *   flags     `--name`
 *
 * Servers may run beside it, with the same database: it writes as they do, in transactions, and what a process holds in memory
 * it has to be told over the bus or to look up again.
 */

/** What a command has that opens no database. */
export interface BareContext {
  config: Config
  /** The names of all that is set in the environment. */
  environment: readonly string[]
  now: () => number
  /** Says to whoever watches how far it has got. */
  tell: (line: string) => void
}

/** What a command has that works on the database. */
export interface AdminContext extends BareContext {
  store: Store
  openHome: () => Promise<FileHome>
}

export interface Done {
  /** For scripts: what `--json` prints. */
  data: object
  /** The same for people, a line each. */
  lines: readonly string[]
  /** It did what it was to do, and what it found needs somebody: ends with 1. */
  isBad?: boolean
}

/** `refusal()` of the protocol makes one too. */
export interface Refused {
  code: string
  message: string
}

export type Outcome = Done | Refused

export function done(data: object, lines: readonly string[], isBad = false): Done {
  return { data, lines, isBad }
}

export function refused(code: string, message: string): Refused {
  return { code, message }
}

type Named<Names extends string, Value> = Readonly<Record<Names, Value>>

export type Given<Words extends string, Options extends string, Flags extends string> = Named<Words, string> &
  Named<Options, string | undefined> &
  Named<Flags, boolean>

interface Described<Words extends string, Options extends string, Flags extends string> {
  /** One word, or two: the group and the action. */
  name: string
  /** What it does, in one line. */
  summary: string
  /** What each stands for. */
  words?: Named<Words, string>
  options?: Named<Options, { value: string; summary: string }>
  flags?: Named<Flags, string>
}

/** `any` is a database of this version's schema or an older one, which stays as it is. */
type Works<Input> =
  | { on: 'nothing'; run(context: BareContext, given: Input): Promise<Outcome> }
  | { on: 'database' | 'any database'; run(context: AdminContext, given: Input): Promise<Outcome> }

export type Command<
  Words extends string = string,
  Options extends string = string,
  Flags extends string = string,
> = Described<Words, Options, Flags> & Works<Given<Words, Options, Flags>>

/** Every command, whatever it is given: the frame hands each one what it asked for. */
export type AnyCommand = Described<string, string, string> & Works<never>

/** Infers what `run` is given from what the command says that it takes. */
export function defineCommand<
  Words extends string = never,
  Options extends string = never,
  Flags extends string = never,
>(command: Command<Words, Options, Flags>): AnyCommand {
  return command
}
