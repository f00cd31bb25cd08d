import * as v from 'valibot'
import { command as commandSchema } from '../../shared/protocol/commands.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import type { CommandResult } from '../../shared/protocol/results.ts'
import type { Sequencer } from '../log/sequencer.ts'
import type { CampusCommand } from './command.ts'
import { toIssueSentence } from './issue-sentence.ts'

/**
 * Takes what a client sent, by socket or by HTTP, and answers each command in order. One that is not
 * in the form of the contract is refused with a sentence; the others go on. Throws `StoreUnavailable`.
 */
export async function submitCommands(
  sequencer: Sequencer<CampusCommand>,
  userId: string,
  received: readonly { id: string }[],
): Promise<CommandResult[]> {
  const parsed = received.map((one) => v.safeParse(commandSchema, one))
  const results = await sequencer.submit(
    userId,
    parsed.flatMap((one) => (one.success ? [one.output] : [])),
  )
  const answers = results.values()
  return parsed.map((one, index): CommandResult => {
    if (!one.success) {
      const refused = refusal('bad_request', `The command is not right: ${toIssueSentence(one.issues)}`)
      return { status: 'refused', id: received[index]?.id ?? '', ...refused }
    }
    const answer = answers.next()
    if (answer.done === true) throw new Error('the sequencer answered fewer commands than it took')
    return answer.value
  })
}
