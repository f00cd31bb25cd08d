import { NEWEST_PAGE_MESSAGES } from '../../shared/protocol/limits.ts'
import type { Row } from '../../shared/protocol/rows.ts'
import type { Database, ReadingTable } from '../store/schema.ts'
import { fromConversation, fromMember, fromMessage, fromReading } from './records.ts'
import type { Place } from './view.ts'

/** A place as it stands at one position: what changed after `seq` is not in it, and comes row by row. */
export interface SnapshotOf {
  place: Place
  seq: number
  lastN: number
}

/**
 * What somebody gets at once of conversations that are new to their device: the conversation, who is
 * in it, their own reading, and the newest messages. Two statements.
 */
export async function loadSnapshots(
  db: Database,
  wanted: readonly SnapshotOf[],
  readings: readonly ReadingTable[],
): Promise<Row[]> {
  if (wanted.length === 0) return []
  const members = await db
    .selectFrom('member')
    .selectAll()
    .where('removed', '=', 0)
    .where((or) =>
      or.or(
        wanted.map(({ place, seq }) =>
          or.and([or('conversation_id', '=', place.conversation.id), or('seq', '<=', seq)]),
        ),
      ),
    )
    .execute()
  const messages = await db
    .selectFrom('message')
    .selectAll()
    .where((or) =>
      or.or(
        wanted.map(({ place, seq, lastN }) =>
          or.and([
            or('conversation_id', '=', place.conversation.id),
            or('n', '>', lastN - NEWEST_PAGE_MESSAGES),
            or('n', '<=', lastN),
            or('seq', '<=', seq),
          ]),
        ),
      ),
    )
    .orderBy('conversation_id')
    .orderBy('n')
    .execute()
  const seqs = new Map(wanted.map(({ place, seq }) => [place.conversation.id, seq]))
  return [
    ...wanted
      .filter(({ place, seq }) => place.conversation.seq <= seq)
      .map(({ place }) => fromConversation(place.conversation).row),
    ...members.map((member) => fromMember(member).row),
    ...readings
      .filter((reading) => reading.seq <= (seqs.get(reading.conversation_id) ?? -1))
      .map((reading) => fromReading(reading).row),
    ...messages.map((message) => fromMessage(message).row),
  ]
}
