import { rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { uuidv7 } from 'uuidv7'
import { classroomTables } from '../../../../server/classroom/tables.ts'
import { classroomLog } from '../../../../shared/classroom/fields.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../../shared/protocol/fields.ts'
import type { Filled } from './filled-server.ts'

const DAY_MS = 24 * 60 * 60_000

export interface Damage {
  what: string
  /** Breaks something, and says which findings there are then, as the beginnings of their lines; resolves with how it is mended. */
  plant: () => Promise<{ found: string[]; mend: () => Promise<unknown> }>
}

/** What may be wrong with a server that was filled, each by itself. `get` is asked when something is broken. */
export function listDamages(get: () => Filled): Damage[] {
  const nobody = uuidv7()
  const busiest = async () =>
    get()
      .db.selectFrom('conversation')
      .selectAll()
      .where('kind', '=', 'group')
      .orderBy('last_n', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()

  /** A message in the middle, on which nothing hangs. */
  async function loneMessage() {
    const { id } = await busiest()
    return get()
      .db.selectFrom('message')
      .selectAll()
      .where('conversation_id', '=', id)
      .where('n', '>', 1)
      .where('files', 'is', null)
      .where('mentions', 'is', null)
      .where('mentions_all', '=', 0)
      .where('text', 'is not', null)
      .where('id', 'not in', get().db.selectFrom('annotation').select('message_id'))
      .where('id', 'not in', get().db.selectFrom('message').select('reply_to_id').where('reply_to_id', 'is not', null))
      .orderBy('n')
      .limit(1)
      .executeTakeFirstOrThrow()
  }
  const somePoll = () => get().db.selectFrom('poll').selectAll().orderBy('id').limit(1).executeTakeFirstOrThrow()
  const whyAsked = () =>
    get().db.selectFrom('question').selectAll().where('text', '=', 'Why?').executeTakeFirstOrThrow()
  const someMember = () =>
    get()
      .db.selectFrom('member')
      .selectAll()
      .where('removed', '=', 0)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
  const someContent = () =>
    get().db.selectFrom('file_content').selectAll().where('small_bytes', 'is not', null).orderBy('id').execute()
  const path = (id: string, variant: 'whole' | 'small') =>
    join(get().backend.dataDir, 'files', 'content', `${id}.${variant}`)

  const AFTER = 'is no position of the log, or after its head.'

  function change<Row extends { id: string }>(
    table: 'conversation' | 'message' | 'user' | 'question' | 'poll' | 'reply' | 'file' | 'classroom',
    find: () => Promise<Row>,
    set: (row: Row) => object,
    found: (row: Row) => string[],
  ): Damage['plant'] {
    return async () => {
      const row = await find()
      const changed = set(row)
      const was = Object.fromEntries(Object.keys(changed).map((key) => [key, row[key as keyof Row]]))
      const update = (values: object) => get().db.updateTable(table).set(values).where('id', '=', row.id).execute()
      await update(changed)
      return { found: found(row), mend: () => update(was) }
    }
  }

  function insert(table: keyof typeof EXAMPLES, changes: object, found: string[]): Damage['plant'] {
    return async () => {
      const row = { ...(await EXAMPLES[table]()), ...changes }
      await get()
        .db.insertInto(table as 'vote')
        .values(row as never)
        .execute()
      const mend = async () => {
        let query = get().db.deleteFrom(table as 'vote')
        for (const [key, value] of Object.entries(row))
          query = query.where(key as 'id', value === null ? 'is' : '=', value as string)
        await query.execute()
      }
      return { found, mend }
    }
  }

  const someGroup = async () => (await busiest()).id
  const somebody = async () => (await someMember()).user_id
  const unread = { seq: 2, n: 0 }

  /** A row as it might be, of somebody who is there, in a conversation that is there. */
  const EXAMPLES = {
    reading: async () => ({ user_id: nobody, conversation_id: await someGroup(), ...unread, seq: 2 }),
    preference: async () => ({ user_id: nobody, seq: 3, seen: 1, presence: 1 }),
    block: async () => ({ user_id: await somebody(), blocked_id: nobody, seq: 3, blocked: 1, changed_at: 1 }),
    credential: async () => ({ user_id: nobody, password_hash: 'x' }),
    contact_request: async () => ({
      ...{ user_id: await somebody(), conversation_id: await someGroup(), seq: -1, state: 'left', asked_by: null },
      ...{ asked_at: 1, body: '{}' },
    }),
    receipt: async () => ({
      ...{ user_id: nobody, conversation_id: await someGroup(), seq: 0, delivered_n: 0, delivered_seq: 0 },
      ...{ steps: '[]', seen_seq: 0, unpublished: 0 },
    }),
    personal: async () => ({ user_id: nobody, conversation_id: await someGroup(), kind: 'draft', seq: 4, body: '{}' }),
    hidden_message: async () => ({
      ...{ user_id: await somebody(), conversation_id: await someGroup(), message_id: nobody, seq: 4, hidden: 1 },
    }),
    annotation: async () => ({
      ...{ conversation_id: await someGroup(), message_id: nobody, kind: 'reaction', user_id: await somebody() },
      ...{ k: 0, seq: 4, body: '{}' },
    }),
    mention: async () => ({ conversation_id: await someGroup(), user_id: await somebody(), n: 1, message_id: nobody }),
    event: async () => ({ conversation_id: nobody, n: 0, id: nobody, seq: 4, body: '{}' }),
    member: async () => ({
      ...{ conversation_id: nobody, user_id: await somebody(), seq: 4, since: 4, since_n: 0, removed: 0 },
    }),
    vote: async () => ({ id: nobody, classroom_id: 'nowhere', question_id: nobody, receipt_hash: 'x' }),
    poll_answer: async () => ({
      ...{ id: nobody, classroom_id: 'nowhere', poll_id: nobody, receipt_hash: 'x', choice: '[0]' },
    }),
    message_file: async () => ({ file_id: nobody, message_id: nobody, conversation_id: nobody }),
  } as const

  return [
    {
      what: 'a message that is gone from the middle',
      async plant() {
        const message = await loneMessage()
        await get().db.deleteFrom('message').where('id', '=', message.id).execute()
        const found = [
          `conversations: conversation ${message.conversation_id}: Its messages are not numbered from 1 to its last_n, each number once. The first that is missing, or behind them, is ${message.n}.`,
        ]
        return { found, mend: () => get().db.insertInto('message').values(message).execute() }
      },
    },
    {
      what: 'a count of numbers that is behind',
      plant: change(
        'conversation',
        busiest,
        ({ last_n }) => ({ last_n: last_n + 1 }),
        ({ id }) => [`conversations: conversation ${id}: Its messages are not numbered`],
      ),
    },
    {
      what: 'a last change that is before the last change',
      plant: change(
        'conversation',
        busiest,
        () => ({ last_seq: 1 }),
        ({ id }) =>
          ['message', 'member', 'annotation', 'event'].map(
            (table) => `conversations: conversation ${id}: Its last_seq is before its last change in "${table}"`,
          ),
      ),
    },
    {
      what: 'a number of members that is not theirs',
      plant: change(
        'conversation',
        busiest,
        ({ member_count }) => ({ member_count: member_count + 1 }),
        ({ id }) => [`conversations: conversation ${id}: Its member_count`],
      ),
    },
    {
      what: 'a number of people that is not that of accounts',
      plant: change(
        'conversation',
        () => get().db.selectFrom('conversation').selectAll().where('id', '=', EVERYONE_ID).executeTakeFirstOrThrow(),
        ({ member_count }) => ({ member_count: member_count - 1 }),
        () => [`conversations: conversation ${EVERYONE_ID}: Its member_count`],
      ),
    },
    {
      what: 'a change after the head of the log',
      async plant() {
        const { head } = await get()
          .db.selectFrom('log')
          .selectAll()
          .where('id', '=', CAMPUS_LOG)
          .executeTakeFirstOrThrow()
        return change(
          'message',
          loneMessage,
          () => ({ seq: head + 1 }),
          ({ id, conversation_id }) => [
            `conversations: conversation ${conversation_id}: Its last_seq is before its last change in "message"`,
            `positions in the log: message ${id}: Its seq ${AFTER}`,
          ],
        )()
      },
    },
    {
      what: 'two changes at one position',
      async plant() {
        const rows = await get().db.selectFrom('contact_request').selectAll().where('seq', '>', 0).execute()
        const seq = rows[0]?.seq ?? 7
        const first = await insert('contact_request', { seq, user_id: nobody }, [])()
        const second = await insert('contact_request', { seq, user_id: EVERYONE_ID }, [])()
        const count = Math.max(2, rows.filter((row) => row.seq === seq).length + 2)
        return {
          found: [
            `positions in the log: contact_request ${seq}: ${count} rows have this seq`,
            ...[EVERYONE_ID, nobody].map((id) => `what belongs to conversations: contact_request ${id}`),
          ],
          mend: async () => (await first.mend(), await second.mend()),
        }
      },
    },
    {
      what: 'receipts that are published before their parts',
      plant: insert('receipt', { seen_seq: 2, user_id: EVERYONE_ID }, [
        'positions in the log: receipt ',
        'what belongs to conversations: receipt ',
      ]),
    },
    {
      what: 'a floor of the log above its head',
      async plant() {
        const set = (values: object) => get().db.updateTable('log').set(values).where('id', '=', CAMPUS_LOG).execute()
        await set({ floor: 9_000_000 })
        return { found: ['positions in the log: log campus: Its floor'], mend: () => set({ floor: 0 }) }
      },
    },
    { what: 'a reading of nobody', plant: insert('reading', {}, ['what belongs to conversations: reading ']) },
    { what: 'a receipt of nobody', plant: insert('receipt', {}, ['what belongs to conversations: receipt ']) },
    { what: 'a draft of nobody', plant: insert('personal', {}, ['what belongs to conversations: personal ']) },
    {
      what: 'a message that is hidden and not there',
      plant: insert('hidden_message', {}, ['what belongs to conversations: hidden_message ']),
    },
    { what: 'an event of no conversation', plant: insert('event', {}, ['what belongs to conversations: event ']) },
    { what: 'a membership in nothing', plant: insert('member', {}, ['what belongs to conversations: member ']) },
    {
      what: 'a question to somebody by nobody',
      plant: insert('contact_request', { asked_by: nobody }, ['what belongs to conversations: contact_request ']),
    },
    {
      what: 'a group by nobody',
      plant: change(
        'conversation',
        busiest,
        () => ({ creator_id: nobody }),
        ({ id }) => [`what belongs to conversations: conversation ${id}: Its creator_id`],
      ),
    },
    {
      what: 'a reading after the last message',
      async plant() {
        const { last_n, id } = await busiest()
        const update = (n: number) => get().db.updateTable('reading').set({ n }).where('seq', '=', row.seq).execute()
        const row = await get()
          .db.selectFrom('reading')
          .selectAll()
          .where('conversation_id', '=', id)
          .limit(1)
          .executeTakeFirstOrThrow()
        await update(last_n + 1)
        return {
          found: [`what belongs to conversations: reading ${row.user_id}/${id}: Its n is after`],
          mend: () => update(row.n),
        }
      },
    },
    { what: 'a preference of nobody', plant: insert('preference', {}, ['people: preference ']) },
    { what: 'a password of nobody', plant: insert('credential', {}, ['people: credential ']) },
    { what: 'somebody blocked who is not there', plant: insert('block', {}, ['people: block ']) },
    {
      what: 'a picture that is not there',
      plant: change(
        'user',
        () => get().db.selectFrom('user').selectAll().orderBy('id').limit(1).executeTakeFirstOrThrow(),
        () => ({ picture_id: nobody }),
        ({ id }) => [`people: user ${id}: Its picture_id`],
      ),
    },
    {
      what: 'a message by nobody',
      plant: change(
        'message',
        loneMessage,
        () => ({ author_id: nobody }),
        ({ id }) => [`messages: message ${id}: Its author_id`],
      ),
    },
    {
      what: 'a reply to what is not there',
      plant: change(
        'message',
        loneMessage,
        () => ({ reply_to_id: nobody, reply_to_n: 1 }),
        ({ id }) => [`messages: message ${id}: What it replies to`],
      ),
    },
    {
      what: 'a pin of what was deleted, by nobody',
      plant: change(
        'message',
        loneMessage,
        () => ({ text: null, pinned_at: 1, pinned_by: nobody }),
        ({ id }) => [`messages: message ${id}: Its pinned_by`, `messages: message ${id}: It was deleted`],
      ),
    },
    { what: 'a reaction to nothing', plant: insert('annotation', {}, ['messages: annotation ']) },
    { what: 'a mention in nothing', plant: insert('mention', {}, ['messages: mention ']) },
    {
      what: 'a file in nothing',
      plant: insert('message_file', {}, ['messages: message_file ', 'messages: message_file ']),
    },
    {
      what: 'a mention that nobody would find',
      async plant() {
        const [row] = await get().db.selectFrom('mention').selectAll().orderBy('n').limit(1).execute()
        if (row === undefined) throw new Error('nobody is mentioned')
        const at = get()
          .db.deleteFrom('mention')
          .where('message_id', '=', row.message_id)
          .where('user_id', '=', row.user_id)
        await at.execute()
        return {
          found: [`mentions and files of messages: message ${row.message_id}: The rows of its mentions`],
          mend: () => get().db.insertInto('mention').values(row).execute(),
        }
      },
    },
    {
      what: 'files of a message that nobody can read',
      plant: change(
        'message',
        loneMessage,
        () => ({ files: '[' }),
        ({ id }) => [`mentions and files of messages: message ${id}: Its files cannot`],
      ),
    },
    {
      what: 'a question that is gone',
      async plant() {
        const row = await whyAsked()
        const update = (n: number) => get().db.updateTable('question').set({ n }).where('id', '=', row.id).execute()
        await update(7)
        return {
          found: [`classrooms: classroom ${row.classroom_id}: Its questions are not numbered`],
          mend: () => update(row.n),
        }
      },
    },
    {
      what: 'a change after the head of the log of a classroom',
      plant: change(
        'poll',
        somePoll,
        () => ({ seq: 9_000_000 }),
        () => ['classrooms: classroom '],
      ),
    },
    {
      what: 'a classroom without a log',
      async plant() {
        const { log } = classroomTables(get().backend.store)
        const { id } = await get().db.selectFrom('classroom').selectAll().limit(1).executeTakeFirstOrThrow()
        const at = classroomLog(id)
        const row = await get().db.selectFrom(log).selectAll().where('id', '=', at).executeTakeFirstOrThrow()
        await get().db.deleteFrom(log).where('id', '=', at).execute()
        return {
          found: [`classrooms: classroom ${id}: It has no log.`],
          mend: () => get().db.insertInto(log).values(row).execute(),
        }
      },
    },
    {
      what: 'votes that were not cast',
      plant: change(
        'question',
        whyAsked,
        ({ votes }) => ({ votes: votes + 1 }),
        ({ id }) => [`questions, votes and polls: question ${id}: Its votes`],
      ),
    },
    {
      what: 'a merge into nothing',
      plant: change(
        'question',
        whyAsked,
        () => ({ merged_into: nobody }),
        () => [
          // To another one it is what that was merged into, and has its votes.
          ...['questions, votes and polls: question ', 'questions, votes and polls: question '],
        ],
      ),
    },
    {
      what: 'answers to a poll that nobody gave',
      plant: change(
        'poll',
        somePoll,
        ({ answers }) => ({ answers: answers + 1 }),
        ({ id }) => [`questions, votes and polls: poll ${id}: Its answers`],
      ),
    },
    { what: 'a vote for nothing', plant: insert('vote', {}, ['questions, votes and polls: vote ']) },
    { what: 'an answer to no poll', plant: insert('poll_answer', {}, ['questions, votes and polls: poll_answer ']) },
    {
      what: 'a reply to no question',
      plant: change(
        'reply',
        async () => get().db.selectFrom('reply').selectAll().limit(1).executeTakeFirstOrThrow(),
        () => ({ question_id: nobody }),
        ({ id }) => [`questions, votes and polls: reply ${id}: Its question`],
      ),
    },
    {
      what: 'a file whose content is not there',
      plant: change(
        'file',
        async () =>
          get()
            .db.selectFrom('file')
            .selectAll()
            .where('content_id', 'is not', null)
            .limit(1)
            .executeTakeFirstOrThrow(),
        () => ({ content_id: nobody }),
        ({ id }) => [`files: file ${id}: Its content_id`],
      ),
    },
    {
      what: 'content of which a part is gone',
      async plant() {
        const [content] = await someContent()
        if (content === undefined) throw new Error('there is no photo')
        const { id, bytes } = content
        const stream = await get().home.read({ contentId: id, variant: 'whole' }, { first: 0, last: bytes })
        const before = Buffer.concat((await stream?.toArray()) ?? [])
        truncateSync(path(id, 'whole'), bytes - 1)
        return {
          found: [`contents of files: file_content ${id}: It has not the`],
          mend: async () => writeFileSync(path(id, 'whole'), before),
        }
      },
    },
    {
      what: 'content that has changed',
      async plant() {
        const [content] = await someContent()
        if (content === undefined) throw new Error('there is no photo')
        const { id, bytes } = content
        const stream = await get().home.read({ contentId: id, variant: 'whole' }, { first: 0, last: bytes })
        const before = Buffer.concat((await stream?.toArray()) ?? [])
        writeFileSync(path(id, 'whole'), Buffer.alloc(bytes))
        return {
          found: [`contents of files: file_content ${id}: Its bytes have another`],
          mend: async () => writeFileSync(path(id, 'whole'), before),
        }
      },
    },
    {
      what: 'a photo without its small variant, and without itself',
      async plant() {
        const content = (await someContent()).at(-1)
        if (content === undefined) throw new Error('there is no photo')
        for (const variant of ['whole', 'small'] as const) rmSync(path(content.id, variant))
        const found = ['Its bytes are not there.', 'Its small variant’s bytes are not there.']
        return {
          found: found.map((line) => `contents of files: file_content ${content.id}: ${line}`),
          mend: () =>
            get()
              .db.deleteFrom('file_content')
              .where('id', '=', content.id)
              .execute()
              .then(() =>
                get().db.updateTable('file').set({ content_id: null }).where('content_id', '=', content.id).execute(),
              ),
        }
      },
    },
    {
      what: 'content without a row',
      async plant() {
        for (const age of [0, 3 * DAY_MS]) {
          const file = path(`${age}`, 'whole')
          writeFileSync(file, 'x')
          const at = new Date(Date.now() - age)
          utimesSync(file, at, at)
        }
        const found = [`contents of files: file_content ${3 * DAY_MS}: Its bytes are there, and no row is.`]
        return { found, mend: async () => rmSync(path(`${3 * DAY_MS}`, 'whole')) }
      },
    },
    {
      what: 'an act that was taken out of the audit log',
      async plant() {
        const row = {
          at: 1,
          actor_id: null,
          via: 'server',
          act: 'x',
          subject_kind: 'x',
          subject_id: null,
          detail: '{}',
        } as const
        await get()
          .db.insertInto('audit')
          .values({ n: 7, hash: 'x', ...row })
          .execute()
        return { found: ['audit log: '], mend: () => get().db.deleteFrom('audit').where('n', '=', 7).execute() }
      },
    },
  ]
}
