import { expressionBuilder, sql, type Expression, type SqlBool } from 'kysely'
import type {
  AnnotationTable,
  ConversationTable,
  Database,
  FileTable,
  HiddenMessageTable,
  MemberTable,
  PersonalTable,
  PreferenceTable,
  ReadingTable,
  ReceiptTable,
  Schema,
} from '../store/schema.ts'
import type { LoadedRecords } from './batch.ts'
import type { Needs, Pairs } from './needs.ts'
import { toLook } from './skeleton.ts'

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
    files: await loadFiles(db, needs),
    annotations: await loadAnnotations(db, needs),
    receipts: await loadReceipts(db, needs),
    personal: await loadPersonal(db, needs),
    staff: await loadStaff(db, needs),
    hidden: await loadHidden(db, needs),
    preferences: await loadPreferences(db, needs),
    pins: await loadPins(db, needs),
  }
}

async function loadFiles(db: Database, { files }: Needs): Promise<FileTable[]> {
  if (files.size === 0) return []
  return db
    .selectFrom('file')
    .selectAll()
    .where('id', 'in', [...files])
    .execute()
}

/** What hangs on messages: of each conversation with such messages a range of the key. */
async function loadAnnotations(db: Database, needs: Needs): Promise<AnnotationTable[]> {
  const annotated = new Map<string, string[]>()
  for (const [messageId, conversationId] of needs.annotated) {
    annotated.set(conversationId, [...(annotated.get(conversationId) ?? []), messageId])
  }
  if (annotated.size === 0) return []
  return db
    .selectFrom('annotation')
    .selectAll()
    .where('kind', 'in', ['revision', 'reaction'])
    .where((or) =>
      anyOf(
        [...annotated].map(([conversationId, messageIds]) =>
          or.and([or('conversation_id', '=', conversationId), or('message_id', 'in', messageIds)]),
        ),
      ),
    )
    .execute()
}

async function loadReceipts(db: Database, { receipts, unpublished }: Needs): Promise<ReceiptTable[]> {
  if (receipts.size === 0 && unpublished.size === 0) return []
  return db
    .selectFrom('receipt')
    .selectAll()
    .where((or) =>
      or.or([
        ...(receipts.size === 0 ? [] : [ofPairs(receipts)]),
        ...(unpublished.size === 0
          ? []
          : [or.and([or('conversation_id', 'in', [...unpublished]), or('unpublished', '>', 0)])]),
      ]),
    )
    .execute()
}

async function loadStaff(db: Database, { staff }: Needs): Promise<LoadedRecords['staff']> {
  if (staff.size === 0) return []
  return db
    .selectFrom('classroom_staff')
    .select(['classroom_id', 'user_id'])
    .where('removed', '=', 0)
    .where((or) =>
      or.or(
        [...staff].map(([classroomId, userIds]) =>
          or.and([or('classroom_id', '=', classroomId), or('user_id', 'in', [...userIds])]),
        ),
      ),
    )
    .execute()
}

async function loadPersonal(db: Database, { personal }: Needs): Promise<PersonalTable[]> {
  if (personal.size === 0) return []
  return db
    .selectFrom('personal')
    .selectAll()
    .where(() => ofPairs(personal))
    .execute()
}

async function loadHidden(db: Database, { hidden, messages }: Needs): Promise<HiddenMessageTable[]> {
  if (hidden.size === 0) return []
  return db
    .selectFrom('hidden_message')
    .selectAll()
    .where(() => ofPairs(hidden))
    .where('message_id', 'in', [...messages])
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

/** Conversations with the memberships and readings of these people, in one statement. */
async function loadConversations(
  db: Database,
  needs: Needs,
): Promise<{ conversations: ConversationTable[]; members: MemberTable[]; readings: ReadingTable[] }> {
  if (needs.conversations.size === 0) return { conversations: [], members: [], readings: [] }
  const ids = [...needs.conversations.keys()]
  const records = await db
    .selectFrom('conversation')
    .leftJoin(
      (from) =>
        from
          .selectFrom('member')
          .select(['conversation_id', 'user_id', 'seq', 'since', 'since_n', 'removed', 'removed_by', 'removed_at'])
          .select([sql<number>`0`.as('n'), sql<number>`1`.as('is_member')])
          .where(() => ofPairs(needs.conversations))
          .unionAll(
            from
              .selectFrom('reading')
              .select(['conversation_id', 'user_id', 'seq'])
              .select([sql<number>`0`.as('since'), sql<number>`0`.as('since_n'), sql<number>`0`.as('removed')])
              .select([sql<string | null>`null`.as('removed_by'), sql<number | null>`null`.as('removed_at')])
              .select(['n', sql<number>`0`.as('is_member')])
              .where(() => ofPairs(needs.conversations)),
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
      'conversation.picture_id as picture_id',
      'conversation.description as description',
      'part.user_id as user_id',
      'part.seq as part_seq',
      'part.since as since',
      'part.since_n as since_n',
      'part.removed as removed',
      'part.removed_by as removed_by',
      'part.removed_at as removed_at',
      'part.n as n',
      'part.is_member as is_member',
    ])
    .where('conversation.id', 'in', ids)
    .execute()

  const conversations = new Map<string, ConversationTable>()
  const members: MemberTable[] = []
  const readings: ReadingTable[] = []
  for (const { user_id, part_seq, since, since_n, removed, removed_by, removed_at, n, is_member, ...rest } of records) {
    const conversation: ConversationTable = rest
    conversations.set(conversation.id, conversation)
    if (user_id === null || part_seq === null) continue
    const key = { conversation_id: conversation.id, user_id, seq: part_seq }
    const ending = { removed: removed ?? 0, removed_by, removed_at }
    if (is_member === 1) members.push({ ...key, since: since ?? 0, since_n: since_n ?? 0, ...ending })
    else readings.push({ ...key, n: n ?? 0 })
  }
  return { conversations: [...conversations.values()], members, readings }
}

/** Everybody in a conversation, or everybody there of whom something is unpublished. */
async function loadRosters(db: Database, { rosters, unpublished }: Needs): Promise<MemberTable[]> {
  if (rosters.size === 0 && unpublished.size === 0) return []
  return db
    .selectFrom('member')
    .selectAll()
    .where('conversation_id', 'in', [...rosters, ...unpublished])
    .execute()
}

async function loadUsers(db: Database, needs: Needs): Promise<LoadedRecords['users']> {
  const looks = [...needs.looks].flatMap((text) => toLook(text) ?? [])
  if (needs.users.size === 0 && needs.handles.size === 0 && looks.length === 0) return []
  return db
    .selectFrom('user')
    .selectAll()
    .where((or) =>
      or.or([
        ...(needs.users.size > 0 ? [or('id', 'in', [...needs.users])] : []),
        ...(needs.handles.size > 0 ? [or('handle', 'in', [...needs.handles])] : []),
        ...(looks.length > 0
          ? [or('id', 'in', db.selectFrom('likeness').select('user_id').where('look', 'in', looks))]
          : []),
      ]),
    )
    .execute()
}

/** All of these tables call it the same. */
const who = expressionBuilder<Schema, 'member'>()

/** These people, each in these conversations. */
function ofPairs(pairs: Pairs): Expression<SqlBool> {
  return anyOf(
    [...pairs]
      .filter(([, userIds]) => userIds.size > 0)
      .map(([conversationId, userIds]) =>
        who.and([who('conversation_id', '=', conversationId), who('user_id', 'in', [...userIds])]),
      ),
  )
}

const ALTERNATIVES_MAX = 100

/** SQLite takes no expression that is more than 1,000 deep, and a long row of alternatives is as deep as it is long. */
function anyOf(conditions: readonly Expression<SqlBool>[]): Expression<SqlBool> {
  if (conditions.length <= ALTERNATIVES_MAX) return who.or([...conditions])
  const half = conditions.length >> 1
  return who.or([anyOf(conditions.slice(0, half)), anyOf(conditions.slice(half))])
}
