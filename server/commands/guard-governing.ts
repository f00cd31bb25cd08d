import type { Command } from '../../shared/protocol/commands.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import type { Admit } from './submit.ts'

/** What operators and moderators do; some of it whoever leads a group does too. */
const GOVERNING: ReadonlySet<Command['type']> = new Set([
  'message.take-away',
  'conversation.govern',
  'role.set',
  'suspension.set',
])

/** Has `check` asked once before anything is governed; what it refuses goes no further, and the rest goes as `admit` says. */
export function guardGoverning(admit: Admit, check: () => Promise<Refusal | undefined>): Admit {
  return async (asked) => {
    const isGoverning = ({ type }: Command) => GOVERNING.has(type)
    const refused = asked.some(isGoverning) ? await check() : undefined
    if (refused === undefined) return admit(asked)
    const admitted = (await admit(asked.filter((command) => !isGoverning(command)))).values()
    return asked.map((command) => (isGoverning(command) ? refused : admitted.next().value))
  }
}
