import type { Account } from '../../sync/account.ts'
import { AccountClassroomsDatabase } from '../../sync/classroom/account-classrooms.ts'
import { createClassroomsApi } from '../../sync/classroom/api.ts'
import { studentDatabaseName } from '../../sync/classroom/database.ts'
import { forgetVisit } from '../../sync/classroom/visited.ts'
import type { Environment } from '../../sync/environment.ts'
import { deleteDatabase } from '../../sync/storage/delete-database.ts'
import type { OpenedClassroom } from './opened-classroom.ts'
import { sentenceOf } from './sentence.ts'

export type Deleted = { ok: true } | { ok: false; sentence: string }

/** Deletes a classroom that the account made, for everybody, which takes the network; its desk goes with its place in the list. */
export async function deleteClassroom(
  environment: Pick<Environment, 'fetch'>,
  account: Pick<Account, 'userId'>,
  id: string,
): Promise<Deleted> {
  const answer = await createClassroomsApi(environment.fetch, account.userId).remove(id)
  // The answer to an earlier try may have been lost.
  const isGone = answer.kind === 'ok' || (answer.kind === 'refused' && answer.error.code === 'not_found')
  if (!isGone) return { ok: false, sentence: sentenceOf(answer) }
  const db = new AccountClassroomsDatabase(account.userId)
  await db.staffed.delete(id)
  db.close()
  return { ok: true }
}

/** Removes all that this device has of a classroom that somebody visited, and closes it. */
export async function forgetClassroom(opened: OpenedClassroom): Promise<void> {
  opened.close()
  await forgetVisit(opened.id)
  await deleteDatabase(studentDatabaseName(opened.id))
}
