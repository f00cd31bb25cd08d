import * as v from 'valibot'
import type { Refusal } from '../../shared/protocol/errors.ts'
import { deliveryRow, receiptsRow, row, seenRow } from '../../shared/protocol/rows.ts'
import type { Channel } from '../bus/bus.ts'
import { committed } from '../log/committed.ts'
import type { Committed } from '../log/group-commit.ts'
import type { Addressed, KindTypes } from '../log/kind.ts'
import type { CampusEntry } from './command.ts'

const audience = v.variant('kind', [
  v.object({ kind: v.literal('all') }),
  v.object({
    kind: v.literal('members'),
    conversationId: v.string(),
    except: v.optional(v.string()),
    only: v.optional(v.string()),
  }),
  v.object({ kind: v.literal('seers'), conversationId: v.string() }),
  v.object({ kind: v.literal('non-seers'), conversationId: v.string() }),
  v.object({ kind: v.literal('user'), userId: v.string() }),
  v.object({ kind: v.literal('circle'), userId: v.string(), conversationIds: v.array(v.string()) }),
])

/**
 * Who may see a row: everybody with an account, the members of a conversation, but for one of them or one of them alone where it says so, those who let
 * others know what they have seen or those who do not, one person, or somebody with all who are in one of these
 * conversations: those who share one with them.
 */
export type Audience = v.InferOutput<typeof audience>

/** A row of the campus log on its way to those who may see it. */
export type LogRow<Kind extends CampusRow = CampusRow> = Addressed<Kind, Audience>

const publishedReceipts = v.object({ ...receiptsRow.entries, expanded: v.array(v.union([deliveryRow, seenRow])) })
const campusRow = v.variant('type', [...row.options, publishedReceipts])

/** Receipts, with the rows that they stand for: these go to whoever speaks a version without receipts. */
export type PublishedReceipts = v.InferOutput<typeof publishedReceipts>
export type CampusRow = v.InferOutput<typeof campusRow>

export interface Campus extends KindTypes {
  row: CampusRow
  audience: Audience
  /** Everybody reads with their account. */
  reader: { userId: string }
  entry: CampusEntry
  refusal: Refusal
}

/** What the processes tell each other of the campus log: the rows themselves. */
export const campusChannel: Channel<Committed<Campus>> = {
  name: 'campus',
  schema: v.object({ ...committed, rows: v.nullable(v.array(v.object({ row: campusRow, audience }))) }),
}
