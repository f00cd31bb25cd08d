import { refusal } from '../../../shared/protocol/errors.ts'
import { commandsBody } from '../../../shared/protocol/http.ts'
import { submitCommands } from '../../commands/submit.ts'
import { answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'
import { withBody } from '../input.ts'

export function commands({ campus: { sequencer, hub } }: AppParts): AppHandler {
  return withBody(commandsBody, async (c, body) => {
    if (body.epoch !== undefined && body.epoch !== '' && !hub.isEpoch(body.epoch)) {
      return answerRefusal(c, refusal('epoch_changed'))
    }
    return c.json({ results: await submitCommands(sequencer, c.var.session.userId, body.commands) })
  })
}
