import * as v from 'valibot'
import type { MessageTable } from '../store/schema.ts'
import { fromMessage } from './records.ts'
import type { LogRow } from './types.ts'

/*
 * What somebody writes to one who blocked them is stored, numbered and told like any other message, for they are not to
 * notice. Only the other one of the direct conversation has something else in its place:
 *
 *     written while blocked      a message without a text, which they deleted for themselves (a `hidden` row): its number
 *                                has no gap, it is shown nowhere and counts as nothing
 *     edited while blocked       the message as it stood before
 *
 * That stays so when they let the author in again.
 */

const withheld = v.object({
  from: v.string(),
  /** As it stood before; null where there was nothing. */
  was: v.nullable(
    v.object({
      text: v.nullable(v.string()),
      edited_at: v.nullable(v.number()),
      edits: v.number(),
      mentions: v.nullable(v.string()),
      mentions_all: v.number(),
    }),
  ),
})

type Kept = Pick<MessageTable, 'withheld'>

function parse({ withheld: content }: Kept): v.InferOutput<typeof withheld> | undefined {
  return content === null ? undefined : v.parse(withheld, JSON.parse(content))
}

/** The column of a message that somebody does not get at all. */
export function withhold(from: string): string {
  return JSON.stringify({ from, was: null })
}

/** The column of a message that is edited while somebody is not to see it: to them it stays what it was the first time. */
export function withholdEdit(message: MessageTable, from: string): string {
  if (message.withheld !== null) return message.withheld
  const { text, edited_at, edits, mentions, mentions_all } = message
  return JSON.stringify({ from, was: { text, edited_at, edits, mentions, mentions_all } })
}

/** The column of a message that is changed where everybody may see it: what nobody but its author ever got stays so. */
export function withoutEdits(message: Kept): string | null {
  return findUnreached(message) === undefined ? null : message.withheld
}

/** Who does not get this message at all. */
export function findUnreached(message: Kept): string | undefined {
  const found = parse(message)
  return found?.was === null ? found.from : undefined
}

/** The message as this reader has it. */
export function showTo(userId: string, message: MessageTable): MessageTable {
  const found = parse(message)
  if (found?.from !== userId) return message
  if (found.was !== null) return { ...message, ...found.was, withheld: null }
  return {
    ...{ ...message, text: null, edited_at: null, edits: 0, reply_to_id: null, reply_to_n: null, forwarded: 0 },
    ...{
      mentions: null,
      mentions_all: 0,
      pinned_at: null,
      pinned_by: null,
      files: null,
      taken_away: 0,
      withheld: null,
    },
  }
}

/** A message on its way to those who may see it, each as they have it. */
export function addressMessage(message: MessageTable): LogRow[] {
  const found = parse(message)
  const { row, audience } = fromMessage(message)
  if (found === undefined || audience.kind !== 'members') return [{ row, audience }]
  return [
    { row, audience: { ...audience, except: found.from } },
    { row: fromMessage(showTo(found.from, message)).row, audience: { ...audience, only: found.from } },
  ]
}
