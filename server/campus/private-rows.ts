import { sql } from 'kysely'
import { ARRANGEMENT_BEGIN } from '../../shared/arrangement-id.ts'
import type { DraftRow, HiddenRow, ReadingRow, SettingRow } from '../../shared/protocol/rows.ts'
import type { Database, PersonalTable } from '../store/schema.ts'
import { toPersonalRow } from './annotations.ts'
import { fromHidden } from './records.ts'

export type PrivateRow = ReadingRow | SettingRow | DraftRow | HiddenRow

/**
 * The rows that only this user sees: those that changed after the cursor, and those of the named
 * conversations whenever they changed, and if wanted how they arranged classrooms. Of messages that they deleted for
 * themselves, and brought back before the cursor, there is nothing to say. One statement.
 */
export async function loadPrivateRows(
  db: Database,
  userId: string,
  cursor: number,
  conversationIds: readonly string[],
  alsoClassrooms = false,
): Promise<PrivateRow[]> {
  const records = await db
    .selectFrom('reading')
    .select(['conversation_id', 'seq', 'n', sql<PersonalTable['kind'] | 'hidden' | null>`null`.as('kind')])
    .select(sql<string>`''`.as('body'))
    .where('user_id', '=', userId)
    .where((or) =>
      or.or([
        or('seq', '>', cursor),
        ...(conversationIds.length > 0 ? [or('conversation_id', 'in', conversationIds)] : []),
      ]),
    )
    .unionAll((from) =>
      from
        .selectFrom('personal')
        .select(['conversation_id', 'seq', sql<number>`0`.as('n'), 'kind', 'body'])
        .where('user_id', '=', userId)
        .where((or) =>
          or.or([
            or('seq', '>', cursor),
            ...(conversationIds.length > 0 ? [or('conversation_id', 'in', conversationIds)] : []),
            ...(alsoClassrooms ? [or('conversation_id', 'like', `${ARRANGEMENT_BEGIN}%`)] : []),
          ]),
        ),
    )
    .unionAll((from) =>
      from
        .selectFrom('hidden_message')
        .select(['conversation_id', 'seq', 'hidden as n', sql<'hidden'>`'hidden'`.as('kind'), 'message_id as body'])
        .where('user_id', '=', userId)
        .where('seq', '>', cursor),
    )
    // Apart, for they may be many: each is found by an index of its own.
    .$if(conversationIds.length > 0, (changed) =>
      changed.unionAll((from) =>
        from
          .selectFrom('hidden_message')
          .select(['conversation_id', 'seq', 'hidden as n', sql<'hidden'>`'hidden'`.as('kind'), 'message_id as body'])
          .where('user_id', '=', userId)
          .where('conversation_id', 'in', conversationIds)
          .where('seq', '<=', cursor)
          .where('hidden', '=', 1),
      ),
    )
    .execute()
  return records.map(({ conversation_id, seq, n, kind, body }) => {
    switch (kind) {
      case null:
        return { type: 'reading', seq, conversationId: conversation_id, n }
      case 'hidden':
        return fromHidden({ user_id: userId, conversation_id, message_id: body, seq, hidden: n }).row
      default:
        return toPersonalRow({ conversation_id, seq, kind, body })
    }
  })
}
