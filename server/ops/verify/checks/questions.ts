import { sql } from 'kysely'
import type { Check } from '../check.ts'
import { findBroken, type Must, pointsTo, type RowRules, rules } from '../rows.ts'

/** Whether what belongs to a question or to a poll is in the same classroom as that. */
const ofSame = (table: string, column: string, target: 'question' | 'poll' | 'reply'): Must => ({
  holds: sql`exists (select 1 from ${sql.table(target)} as target
    where target.id = ${sql.ref(`${table}.${column}`)} and target.classroom_id = ${sql.ref(`${table}.classroom_id`)})`,
  message: `Its ${target} is not there, or in another classroom.`,
})

const ID = ['id'] as const

const TABLES: readonly RowRules[] = [
  rules('classroom', ID, [
    ...[pointsTo('classroom', 'focus_question_id', 'question'), pointsTo('classroom', 'focus_poll_id', 'poll')],
    ...[pointsTo('classroom', 'group_id', 'conversation')],
  ]),
  rules(
    'classroom_staff',
    ['user_id', 'classroom_id'],
    [...[pointsTo('classroom_staff', 'classroom_id', 'classroom'), pointsTo('classroom_staff', 'user_id', 'user')]],
  ),
  rules('question', ID, [
    pointsTo('question', 'classroom_id', 'classroom'),
    {
      holds: sql`merged_into is null or exists (select 1 from question as target
        where target.id = question.merged_into and target.classroom_id = question.classroom_id
          and target.merged_into is null)`,
      message: 'What it was merged into is not there, or was merged itself.',
    },
    {
      holds: sql`votes = (select count(*) from vote where vote.question_id = question.id)
        + (select count(*) from question as merged inner join vote on vote.question_id = merged.id
            where merged.merged_into = question.id and merged.classroom_id = question.classroom_id)`,
      message: 'Its votes are not as many as were cast for it and for what was merged into it.',
    },
  ]),
  rules('reply', ID, [ofSame('reply', 'question_id', 'question'), pointsTo('reply', 'staff_id', 'user')]),
  rules('vote', ID, [ofSame('vote', 'question_id', 'question')]),
  rules('poll', ID, [
    pointsTo('poll', 'classroom_id', 'classroom'),
    {
      holds: sql`answers = (select count(*) from poll_answer where poll_answer.poll_id = poll.id)`,
      message: 'Its answers are not as many as were given.',
    },
  ]),
  rules('poll_answer', ID, [ofSame('poll_answer', 'poll_id', 'poll')]),
  rules(
    'reply_file',
    ['file_id', 'reply_id'],
    [...[ofSame('reply_file', 'reply_id', 'reply'), pointsTo('reply_file', 'file_id', 'file')]],
  ),
  rules('question_report', ID, [ofSame('question_report', 'question_id', 'question')]),
]

/** Votes and answers are counted, and threads, votes and polls are of what is there. */
export const questionsCheck: Check = {
  name: 'questions, votes and polls',
  find: ({ store: { db } }) => findBroken(db, TABLES),
}
