import { commandsBody } from '../../../shared/protocol/http.ts'
import { submitCommands } from '../../commands/submit.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

export function commands({ sequencer }: AppParts): AppHandler {
  return withBody(commandsBody, async (c, body) =>
    c.json({ results: await submitCommands(sequencer, c.var.session.userId, body.commands) }),
  )
}
