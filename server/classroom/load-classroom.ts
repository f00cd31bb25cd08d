import { sql } from 'kysely'
import type { Database, QuestionTable, ReplyTable } from '../store/schema.ts'
import type { LoadedClassroom } from './classroom-batch.ts'
import type { ClassroomNeeds, Receipts } from './needs.ts'

/** Loads what a batch needs with a statement for each kind of row at most, questions two, whatever the number of commands. */
export async function loadClassroom(db: Database, id: string, needs: ClassroomNeeds): Promise<LoadedClassroom> {
  const classroom = await db.selectFrom('classroom').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const staff = await db.selectFrom('classroom_staff').selectAll().where('classroom_id', '=', id).execute()
  const replies = await loadReplies(db, needs)
  const named = replies.filter((reply) => needs.replies.has(reply.id)).map((reply) => reply.question_id)
  const questions = await loadQuestions(db, id, needs, named)
  const counted = new Set([...needs.counts, ...named])
  for (const question of questions) if (question.merged_into !== null) counted.add(question.merged_into)
  return {
    classroom,
    staff,
    replies,
    questions,
    counts: needs.counts.size === 0 && named.length === 0 ? [] : await loadCounts(db, [...counted]),
    votes: await loadVotes(db, needs.votes),
    polls: await loadByIds(needs.polls, (ids) => db.selectFrom('poll').selectAll().where('id', 'in', ids).execute()),
    pollAnswers: await loadPollAnswers(db, needs.pollAnswers),
    doneCommands: await loadByIds(needs.commands, (ids) =>
      db.selectFrom('student_command').selectAll().where('id', 'in', ids).execute(),
    ),
    spentTokens: await loadByIds(needs.tokens, (hashes) =>
      db.selectFrom('spent_token').selectAll().where('token_hash', 'in', hashes).execute(),
    ),
    uploads: await loadByIds(needs.uploads, (ids) =>
      db.selectFrom('photo_upload').selectAll().where('id', 'in', ids).execute(),
    ),
    files: await loadByIds(needs.files, (ids) => db.selectFrom('file').selectAll().where('id', 'in', ids).execute()),
    users: await loadUsers(db, needs),
    pollCount: needs.pollCount ? await countPolls(db, id) : 0,
  }
}

async function loadByIds<Row>(ids: ReadonlySet<string>, load: (ids: string[]) => Promise<Row[]>): Promise<Row[]> {
  return ids.size === 0 ? [] : load([...ids])
}

async function loadReplies(db: Database, { replies, threads }: ClassroomNeeds): Promise<ReplyTable[]> {
  if (replies.size === 0 && threads.size === 0) return []
  const byId = db
    .selectFrom('reply')
    .selectAll()
    .where('id', 'in', [...replies])
  if (threads.size === 0) return byId.execute()
  const byThread = db
    .selectFrom('reply')
    .selectAll()
    .where('question_id', 'in', [...threads])
  return replies.size === 0 ? byThread.execute() : byId.union(byThread).execute()
}

/** Those that are named, then those that they were merged into and those that were merged into them. */
async function loadQuestions(
  db: Database,
  classroomId: string,
  { questions, merges }: ClassroomNeeds,
  more: readonly string[],
): Promise<QuestionTable[]> {
  const named = await loadByIds(new Set([...questions, ...more]), (ids) =>
    db.selectFrom('question').selectAll().where('id', 'in', ids).execute(),
  )
  const known = new Set(named.map(({ id }) => id))
  const into = new Set(named.flatMap(({ merged_into: id }) => (id === null || known.has(id) ? [] : [id])))
  if (into.size === 0 && merges.size === 0) return named
  const related = await db
    .selectFrom('question')
    .selectAll()
    .where('classroom_id', '=', classroomId)
    .where((or) =>
      or.or([
        ...(into.size === 0 ? [] : [or('id', 'in', [...into])]),
        ...(merges.size === 0 ? [] : [or('merged_into', 'in', [...merges])]),
      ]),
    )
    .execute()
  return [...named, ...related.filter(({ id }) => !known.has(id))]
}

async function loadCounts(db: Database, questionIds: string[]): Promise<LoadedClassroom['counts']> {
  const found = await db
    .selectFrom('reply')
    .select(['question_id', sql<number>`count(*)`.as('replies')])
    .select(sql<number>`sum(case when author = 'staff' and state = 'shown' then 1 else 0 end)`.as('answers'))
    .where('question_id', 'in', questionIds)
    .groupBy('question_id')
    .execute()
  // An empty thread is known to be empty: what is written in this batch is counted on from there.
  const counted = new Set(found.map(({ question_id }) => question_id))
  const empty = questionIds.filter((id) => !counted.has(id))
  return [...found, ...empty.map((question_id) => ({ question_id, replies: 0, answers: 0 }))]
}

async function loadVotes(db: Database, { ids, ballots }: Receipts): Promise<LoadedClassroom['votes']> {
  if (ballots.size === 0) return []
  const byBallot = db
    .selectFrom('vote')
    .selectAll()
    .where((or) =>
      or.or(
        [...ballots.values()].map(({ subject, receiptHash }) =>
          or.and([or('question_id', '=', subject), or('receipt_hash', '=', receiptHash)]),
        ),
      ),
    )
  if (ids.size === 0) return byBallot.execute()
  return byBallot
    .union(
      db
        .selectFrom('vote')
        .selectAll()
        .where('id', 'in', [...ids]),
    )
    .execute()
}

async function loadPollAnswers(db: Database, { ids, ballots }: Receipts): Promise<LoadedClassroom['pollAnswers']> {
  if (ballots.size === 0) return []
  return db
    .selectFrom('poll_answer')
    .selectAll()
    .where((or) =>
      or.or(
        [...ballots.values()].map(({ subject, receiptHash }) =>
          or.and([or('poll_id', '=', subject), or('receipt_hash', '=', receiptHash)]),
        ),
      ),
    )
    .union(
      db
        .selectFrom('poll_answer')
        .selectAll()
        .where('id', 'in', [...ids]),
    )
    .execute()
}

async function loadUsers(db: Database, { users }: ClassroomNeeds): Promise<string[]> {
  const found = await loadByIds(users, (ids) =>
    db.selectFrom('user').select('id').where('id', 'in', ids).where('former', '=', 0).execute(),
  )
  return found.map(({ id }) => id)
}

async function countPolls(db: Database, classroomId: string): Promise<number> {
  const { count } = await db
    .selectFrom('poll')
    .select(sql<number>`count(*)`.as('count'))
    .where('classroom_id', '=', classroomId)
    .executeTakeFirstOrThrow()
  return count
}
