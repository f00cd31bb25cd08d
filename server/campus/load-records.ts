import { sql } from 'kysely'
import type {
  AnnotationTable,
  ConversationTable,
  Database,
  MemberTable,
  PersonalTable,
  PreferenceTable,
  ReadingTable,
} from '../store/schema.ts'
import type { LoadedRecords, Needs } from './batch.ts'

/** Loads what a batch needs with a statement for each kind of record at most, whatever the number of commands. */
export async function loadRecords(db: Database, needs: Needs): Promise<LoadedRecords> {
  const { conversations, members, readings } = await loadConversations(db, needs)
  return {
    conversations,
    readings,
    members: [...members, ...(await loadRosters(db, needs))],
    users: await loadUsers(db, needs),
    messages:
      needs.messages.size === 0
        ? []
        : await db
            .selectFrom('message')
            .selectAll()
            .where('id', 'in', [...needs.messages])
            .execute(),
    annotations: await loadAnnotations(db, needs),
    personal: await loadPersonal(db, needs),
    preferences: await loadPreferences(db, needs),
    pins: await loadPins(db, needs),
  }
}

/** Receipts of the participants, and what hangs on messages: of each conversation with such messages a range of the key. */
async function loadAnnotations(db: Database, needs: Needs): Promise<AnnotationTable[]> {
  const annotated = new Map<string, string[]>()
  for (const [messageId, conversationId] of needs.annotated) {
    annotated.set(conversationId, [...(annotated.get(conversationId) ?? []), messageId])
  }
  if (needs.receipts.size === 0 && annotated.size === 0) return []
  return db
    .selectFrom('annotation')
    .selectAll()
    .where((or) =>
      or.or([
        ...(needs.receipts.size === 0
          ? []
          : [
              or.and([
                or('conversation_id', 'in', [...needs.receipts]),
                or('message_id', '=', ''),
                or('kind', 'in', ['delivery', 'seen']),
                or('user_id', 'in', [...needs.participants]),
              ]),
            ]),
        ...[...annotated].map(([conversationId, messageIds]) =>
          or.and([or('conversation_id', '=', conversationId), or('message_id', 'in', messageIds)]),
        ),
      ]),
    )
    .execute()
}

async function loadPersonal(db: Database, needs: Needs): Promise<PersonalTable[]> {
  if (needs.personal.size === 0) return []
  return db
    .selectFrom('personal')
    .selectAll()
    .where('user_id', 'in', [...needs.participants])
    .where('conversation_id', 'in', [...needs.personal])
    .execute()
}

async function loadPreferences(db: Database, needs: Needs): Promise<PreferenceTable[]> {
  if (needs.preferences.size === 0) return []
  return db
    .selectFrom('preference')
    .selectAll()
    .where('user_id', 'in', [...needs.preferences])
    .execute()
}

async function loadPins(db: Database, needs: Needs): Promise<LoadedRecords['pins']> {
  if (needs.pins.size === 0) return []
  return db
    .selectFrom('message')
    .select(['conversation_id', sql<number>`count(*)`.as('count')])
    .where('conversation_id', 'in', [...needs.pins])
    .where('pinned_at', 'is not', null)
    .groupBy('conversation_id')
    .execute()
}

/** Conversations with the memberships and readings of the participants, in one statement. */
async function loadConversations(
  db: Database,
  needs: Needs,
): Promise<{ conversations: ConversationTable[]; members: MemberTable[]; readings: ReadingTable[] }> {
  if (needs.conversations.size === 0) return { conversations: [], members: [], readings: [] }
  const ids = [...needs.conversations]
  const participants = [...needs.participants]
  const records = await db
    .selectFrom('conversation')
    .leftJoin(
      (from) =>
        from
          .selectFrom('member')
          .select(['conversation_id', 'user_id', 'seq', 'since', 'since_n', 'removed', sql<number>`0`.as('n')])
          .select(sql<number>`1`.as('is_member'))
          .where('conversation_id', 'in', ids)
          .where('user_id', 'in', participants)
          .unionAll(
            from
              .selectFrom('reading')
              .select(['conversation_id', 'user_id', 'seq'])
              .select([sql<number>`0`.as('since'), sql<number>`0`.as('since_n'), sql<number>`0`.as('removed')])
              .select(['n', sql<number>`0`.as('is_member')])
              .where('conversation_id', 'in', ids)
              .where('user_id', 'in', participants),
          )
          .as('part'),
      (join) => join.onRef('part.conversation_id', '=', 'conversation.id'),
    )
    .select([
      'conversation.id as id',
      'conversation.seq as seq',
      'conversation.kind as kind',
      'conversation.title as title',
      'conversation.creator_id as creator_id',
      'conversation.created_at as created_at',
      'conversation.last_n as last_n',
      'conversation.last_seq as last_seq',
      'conversation.member_count as member_count',
      'part.user_id as user_id',
      'part.seq as part_seq',
      'part.since as since',
      'part.since_n as since_n',
      'part.removed as removed',
      'part.n as n',
      'part.is_member as is_member',
    ])
    .where('conversation.id', 'in', ids)
    .execute()

  const conversations = new Map<string, ConversationTable>()
  const members: MemberTable[] = []
  const readings: ReadingTable[] = []
  for (const { user_id, part_seq, since, since_n, removed, n, is_member, ...conversation } of records) {
    conversations.set(conversation.id, conversation)
    if (user_id === null || part_seq === null) continue
    const key = { conversation_id: conversation.id, user_id, seq: part_seq }
    if (is_member === 1) members.push({ ...key, since: since ?? 0, since_n: since_n ?? 0, removed: removed ?? 0 })
    else readings.push({ ...key, n: n ?? 0 })
  }
  return { conversations: [...conversations.values()], members, readings }
}

async function loadRosters(db: Database, needs: Needs): Promise<MemberTable[]> {
  if (needs.rosters.size === 0) return []
  return db
    .selectFrom('member')
    .selectAll()
    .where('conversation_id', 'in', [...needs.rosters])
    .execute()
}

async function loadUsers(db: Database, needs: Needs): Promise<LoadedRecords['users']> {
  if (needs.users.size === 0 && needs.handles.size === 0) return []
  return db
    .selectFrom('user')
    .selectAll()
    .where((or) =>
      or.or([
        ...(needs.users.size > 0 ? [or('id', 'in', [...needs.users])] : []),
        ...(needs.handles.size > 0 ? [or('handle', 'in', [...needs.handles])] : []),
      ]),
    )
    .execute()
}
