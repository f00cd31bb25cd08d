import type * as v from 'valibot'
import { isRefused, type Decision } from './group-commit.ts'
import { toIssueSentence } from './issue-sentence.ts'
import type { KindTypes } from './kind.ts'

type Issues = [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]

export type Result<Refusal> =
  { status: 'accepted'; id: string; seq: number } | ({ status: 'refused'; id: string } & Refusal)

/**
 * Submits commands as they were received, and answers each in order. One that is not in the form of the
 * contract is refused with a sentence; the others go on. Throws `StoreUnavailable`.
 */
export async function submitEach<Types extends KindTypes>(
  received: readonly { id: string }[],
  work: {
    parse(content: { id: string }): { entry: Types['entry'] } | { issues: Issues }
    refuse(sentence: string): Types['refusal']
    submit(entries: readonly Types['entry'][]): Promise<Decision<Types>[]>
  },
): Promise<Result<Types['refusal']>[]> {
  const parsed = received.map(work.parse)
  const entries = parsed.flatMap((one) => ('entry' in one ? [one.entry] : []))
  const decisions = (await work.submit(entries)).values()
  return parsed.map((one, index) => {
    const id = received[index]?.id ?? ''
    if ('issues' in one) {
      const refused = work.refuse(`The command is not right: ${toIssueSentence(one.issues)}`)
      return { status: 'refused', id, ...refused }
    }
    const decision = decisions.next()
    if (decision.done === true) throw new Error('the log decided fewer commands than it took')
    return isRefused(decision.value)
      ? { status: 'refused', id, ...decision.value }
      : { status: 'accepted', id, seq: decision.value.seq }
  })
}
