import { refusal } from '../../../shared/protocol/errors.ts'
import { commandsBody } from '../../../shared/protocol/http.ts'
import { toKnownResult } from '../../../shared/protocol/known-codes.ts'
import { submitCommands } from '../../commands/submit.ts'
import { createLine } from '../../limits/line.ts'
import { answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'
import { findSpokenVersion } from '../headers.ts'
import { withBody } from '../input.ts'

export function commands({ campus: { sequencer, hub }, admitting, observer }: AppParts): AppHandler {
  return withBody(commandsBody, async (c, body) => {
    const { lineage, cursor, epoch } = body
    if (epoch !== '' && epoch !== hub.position.epoch) return answerRefusal(c, refusal('epoch_changed'))
    const { session } = c.var
    const { userId } = session
    const admit = admitting(session, createLine())
    const results = await submitCommands(sequencer, userId, body.commands, { lineage, cursor }, admit)
    for (const result of results) if (result.status === 'refused') observer?.onRefused(result.code)
    const isElsewhere = results.some((result) => result.status === 'refused' && result.code === 'lineage_ended')
    return isElsewhere
      ? answerRefusal(c, refusal('lineage_ended'))
      : c.json({ results: results.map((result) => toKnownResult(findSpokenVersion(c), result)) })
  })
}
