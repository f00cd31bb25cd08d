import { type Compilable, type CompiledQuery, expressionBuilder, sql, type Expression, type SqlBool } from 'kysely'
import type {
  AnnotationTable,
  ConversationTable,
  Database,
  FileTable,
  HiddenMessageTable,
  MemberTable,
  MessageTable,
  PersonalTable,
  PreferenceTable,
  ReadingTable,
  ReceiptTable,
  Schema,
  StandingTable,
  UserTable,
} from '../store/schema.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { askAuditEnd } from '../audit/audit.ts'
import type { Statement } from '../store/statements.ts'
import { fill } from '../store/templates.ts'
import { askBlocks, askDirects, askRequests, askSharing, askShunning, toMembers } from './ask-contacts.ts'
import type { LoadedRecords } from './batch.ts'
import { askCircles } from './introductions.ts'
import type { Needs, Pairs } from './needs.ts'
import { toLook } from './skeleton.ts'
import { CONVERSATION_COLUMNS } from './view.ts'

/** What a batch needs of the database: a statement for each kind of record at most, whatever the number of commands. */
export interface AskedRecords {
  readonly statements: readonly Statement[]
  /** Makes records of what the statements answered, in their order. */
  toRecords(answers: readonly (readonly unknown[])[]): LoadedRecords
}

export function askRecords(db: Database, needs: Needs): AskedRecords {
  const statements: Statement[] = []
  /** Notes a statement, if there is one, and returns what finds its rows among the answers. */
  function ask<Row>(query: Query<Row> | undefined): (answers: readonly (readonly unknown[])[]) => readonly Row[] {
    if (query === undefined) return () => []
    const index = statements.push(query) - 1
    return (answers) => (answers[index] ?? []) as readonly Row[]
  }
  const asked = {
    conversations: ask(askConversations(db, needs)),
    rosters: ask(askRosters(db, needs)),
    users: ask(askUsers(db, needs)),
    speakers: ask(askSpeakers(db, needs)),
    circles: ask(needs.circles.size === 0 ? undefined : askCircles(db, needs.circles)),
    messages: ask(askMessages(db, needs)),
    files: ask(askFiles(db, needs)),
    annotations: ask(askAnnotations(db, needs)),
    receipts: ask(askReceipts(db, needs)),
    personal: ask(askPersonal(db, needs)),
    staff: ask(askStaff(db, needs)),
    hidden: ask(askHidden(db, needs)),
    preferences: ask(askPreferences(db, needs)),
    pins: ask(askPins(db, needs)),
    standings: ask(askStandings(db, needs)),
    directs: ask(askDirects(db, needs)),
    blocks: ask(askBlocks(db, needs)),
    requests: ask(askRequests(db, needs)),
    sharing: ask(askSharing(db, needs)),
    shunning: ask(askShunning(db, needs)),
    auditEnd: ask(needs.audit ? askAuditEnd(db) : undefined),
  }
  return {
    statements,
    toRecords(answers) {
      const { conversations, members, readings } = toConversations(asked.conversations(answers))
      const directs = asked.directs(answers)
      return {
        conversations,
        readings,
        members: [...members, ...asked.rosters(answers), ...toMembers(directs)],
        users: [...asked.users(answers), ...asked.speakers(answers)],
        circles: asked.circles(answers),
        messages: asked.messages(answers),
        files: asked.files(answers),
        annotations: asked.annotations(answers),
        receipts: asked.receipts(answers),
        personal: asked.personal(answers),
        staff: asked.staff(answers),
        hidden: asked.hidden(answers),
        preferences: asked.preferences(answers),
        pins: asked.pins(answers),
        standings: asked.standings(answers),
        directs,
        blocks: asked.blocks(answers),
        requests: asked.requests(answers),
        sharing: asked.sharing(answers),
        shunning: asked.shunning(answers),
        auditEnd: asked.auditEnd(answers),
      }
    },
  }
}

/** A statement that answers with rows of this kind. */
type Query<Row> = Compilable<Row> | CompiledQuery<Row>

function askMessages(db: Database, { messages }: Needs): Query<MessageTable> | undefined {
  if (messages.size === 0) return undefined
  return fill(db, `${messages.size} messages`, [...messages], (ids) =>
    db.selectFrom('message').selectAll().where('id', 'in', ids),
  )
}

function askFiles(db: Database, { files }: Needs): Query<FileTable> | undefined {
  if (files.size === 0) return undefined
  return db
    .selectFrom('file')
    .selectAll()
    .where('id', 'in', [...files])
}

/** What hangs on messages: of each conversation with such messages a range of the key. */
function askAnnotations(db: Database, needs: Needs): Query<AnnotationTable> | undefined {
  const annotated = new Map<string, string[]>()
  for (const [messageId, conversationId] of needs.annotated) {
    annotated.set(conversationId, [...(annotated.get(conversationId) ?? []), messageId])
  }
  if (annotated.size === 0) return undefined
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
}

function askReceipts(db: Database, { receipts, unpublished }: Needs): Query<ReceiptTable> | undefined {
  if (receipts.size === 0 && unpublished.size === 0) return undefined
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
}

function askStaff(db: Database, { staff }: Needs): Query<LoadedRecords['staff'][number]> | undefined {
  if (staff.size === 0) return undefined
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
}

function askPersonal(db: Database, { personal }: Needs): Query<PersonalTable> | undefined {
  if (personal.size === 0) return undefined
  return db
    .selectFrom('personal')
    .selectAll()
    .where(() => ofPairs(personal))
}

function askHidden(db: Database, { hidden, messages }: Needs): Query<HiddenMessageTable> | undefined {
  if (hidden.size === 0) return undefined
  return db
    .selectFrom('hidden_message')
    .selectAll()
    .where(() => ofPairs(hidden))
    .where('message_id', 'in', [...messages])
}

function askPreferences(db: Database, needs: Needs): Query<PreferenceTable> | undefined {
  if (needs.preferences.size === 0) return undefined
  return db
    .selectFrom('preference')
    .selectAll()
    .where('user_id', 'in', [...needs.preferences])
}

function askStandings(db: Database, { standings, operators }: Needs): Query<StandingTable> | undefined {
  if (operators) {
    return db
      .selectFrom('standing')
      .selectAll()
      .where((or) => or.or([or('user_id', 'in', [...standings]), or('role', '=', 'operator')]))
  }
  if (standings.size === 0) return undefined
  return fill(db, `${standings.size} standings`, [...standings], (ids) =>
    db.selectFrom('standing').selectAll().where('user_id', 'in', ids),
  )
}

function askPins(db: Database, needs: Needs): Query<LoadedRecords['pins'][number]> | undefined {
  if (needs.pins.size === 0) return undefined
  return db
    .selectFrom('message')
    .select(['conversation_id', sql<number>`count(*)`.as('count')])
    .where('conversation_id', 'in', [...needs.pins])
    .where('pinned_at', 'is not', null)
    .groupBy('conversation_id')
}

/** Conversations with the memberships and readings of these people, in one statement. */
function askConversations(db: Database, needs: Needs): Query<ConversationPart> | undefined {
  const pairs = needs.conversations
  if (pairs.size === 0) return undefined
  // Whoever is asked about in one conversation follows on it.
  const values = [...pairs].flatMap(([id, userIds]) => [id, ...userIds])
  const sizes = [...pairs.values()].map(({ size }) => size)
  return fill(db, `conversations with ${sizes.join()}`, values, (all) => joinConversations(db, toPairs(all, sizes)))
}

/** Takes apart what was one row of values: each conversation, followed by so many people. */
function toPairs(values: readonly string[], sizes: readonly number[]): Pairs {
  let at = 0
  return new Map(
    sizes.map((size) => {
      const [id = '', ...userIds] = values.slice(at, at + size + 1)
      at += size + 1
      return [id, new Set(userIds)]
    }),
  )
}

function joinConversations(db: Database, pairs: Pairs): Compilable<ConversationPart> {
  const ids = [...pairs.keys()]
  return db
    .selectFrom('conversation')
    .leftJoin(
      (from) =>
        from
          .selectFrom('member')
          .select(['conversation_id', 'user_id', 'seq', 'since', 'since_n', 'removed', 'removed_by', 'removed_at'])
          .select([sql<number>`0`.as('n'), sql<number>`1`.as('is_member')])
          .where(() => ofPairs(pairs))
          .unionAll(
            from
              .selectFrom('reading')
              .select(['conversation_id', 'user_id', 'seq'])
              .select([sql<number>`0`.as('since'), sql<number>`0`.as('since_n'), sql<number>`0`.as('removed')])
              .select([sql<string | null>`null`.as('removed_by'), sql<number | null>`null`.as('removed_at')])
              .select(['n', sql<number>`0`.as('is_member')])
              .where(() => ofPairs(pairs)),
          )
          .as('part'),
      (join) => join.onRef('part.conversation_id', '=', 'conversation.id'),
    )
    .select([
      ...CONVERSATION_COLUMNS,
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
}

/** A conversation, with one membership or one reading in it, or neither. */
type ConversationPart = ConversationTable & {
  user_id: string | null
  part_seq: number | null
  since: number | null
  since_n: number | null
  removed: number | null
  removed_by: string | null
  removed_at: number | null
  n: number | null
  is_member: number | null
}

function toConversations(
  records: readonly ConversationPart[],
): Pick<LoadedRecords, 'conversations' | 'members' | 'readings'> {
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
function askRosters(db: Database, { rosters, unpublished }: Needs): Query<MemberTable> | undefined {
  if (rosters.size === 0 && unpublished.size === 0) return undefined
  return db
    .selectFrom('member')
    .selectAll()
    .where('conversation_id', 'in', [...rosters, ...unpublished])
}

function askUsers(db: Database, needs: Needs): Query<UserTable> | undefined {
  const looks = [...needs.looks].flatMap((text) => toLook(text) ?? [])
  if (needs.users.size === 0 && needs.handles.size === 0 && looks.length === 0) return undefined
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
}

/** Who speaks to Everyone, where not everybody is on each device: they are introduced there. */
function askSpeakers(db: Database, { speakers }: Needs): Query<UserTable> | undefined {
  if (speakers.size === 0) return undefined
  return fill(db, `${speakers.size} speakers`, [...speakers], (ids) =>
    db
      .selectFrom('user')
      .selectAll()
      .where('id', 'in', ids)
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('conversation')
            .select('conversation.id')
            .where('conversation.id', '=', EVERYONE_ID)
            .where('conversation.crowded', '=', 1),
        ),
      ),
  )
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
