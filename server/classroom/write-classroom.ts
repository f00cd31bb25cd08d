import type { Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { StampedClassroom } from './classroom-batch.ts'

/** So many rows of a thread fit into a statement of SQLite, which takes 32,766 parameters. */
const REPLIES_PER_STATEMENT = 2_000

/** Writes a stamped batch with one statement a table for new rows and one for changed ones, whatever their number. */
export async function writeClassroom(
  store: Pick<Store, 'upsert'>,
  db: Database,
  stamped: StampedClassroom,
): Promise<void> {
  const {
    classroom,
    staff,
    newQuestions,
    newReplies,
    removedVotes,
    newVotes,
    newPollAnswers,
    spentTokens,
    doneCommands,
    takenUploads,
    gonePhotos,
    replyFiles,
    unfiledReplies,
  } = stamped
  if (classroom !== undefined) {
    const { id, ...columns } = classroom
    await db.updateTable('classroom').set(columns).where('id', '=', id).execute()
  }
  await store.upsert(db, 'classroom_staff', ['user_id', 'classroom_id'], staff)
  if (newQuestions.length > 0) await db.insertInto('question').values(newQuestions).execute()
  await store.upsert(db, 'question', ['id'], stamped.changedQuestions)
  if (newReplies.length > 0) await db.insertInto('reply').values(newReplies).execute()
  // Replies come into view, and go, by whole threads.
  for (let from = 0; from < stamped.changedReplies.length; from += REPLIES_PER_STATEMENT) {
    await store.upsert(db, 'reply', ['id'], stamped.changedReplies.slice(from, from + REPLIES_PER_STATEMENT))
  }
  await store.upsert(db, 'poll', ['id'], stamped.polls)
  if (removedVotes.length > 0) await db.deleteFrom('vote').where('id', 'in', removedVotes).execute()
  if (newVotes.length > 0) await db.insertInto('vote').values(newVotes).execute()
  if (newPollAnswers.length > 0) await db.insertInto('poll_answer').values(newPollAnswers).execute()
  if (spentTokens.length > 0) await db.insertInto('spent_token').values(spentTokens).execute()
  if (doneCommands.length > 0) await db.insertInto('student_command').values(doneCommands).execute()
  if (takenUploads.length > 0) await db.deleteFrom('photo_upload').where('id', 'in', takenUploads).execute()
  if (gonePhotos.length > 0) await db.deleteFrom('photo_content').where('photo_id', 'in', gonePhotos).execute()
  if (replyFiles.length > 0) await db.insertInto('reply_file').values(replyFiles).execute()
  if (unfiledReplies.length > 0) await db.deleteFrom('reply_file').where('reply_id', 'in', unfiledReplies).execute()
}
