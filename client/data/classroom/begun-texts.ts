import type { OpenedClassroom } from './opened-classroom.ts'

/*
 * What one has begun to write in a classroom and not sent, by what it is for: the `subject`. It lies with what this
 * device has of the classroom, goes with it, and is never sent anywhere.
 */

/** What was begun, or null. */
export async function findBegunText({ db }: OpenedClassroom, subject: string): Promise<string | null> {
  return (await db.drafts.get(subject))?.text ?? null
}

/** Keeps what is being written; null for nothing any more. */
export async function saveBegunText({ db }: OpenedClassroom, subject: string, text: string | null): Promise<void> {
  if (text === null) await db.drafts.delete(subject)
  else await db.drafts.put({ subject, text })
}
