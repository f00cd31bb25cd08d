import type { AnyCommand } from './command.ts'
import { verify } from './commands/verify.ts'

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly AnyCommand[] = [verify]
