import type { CreateClassroomBody } from '../../../shared/classroom/http.ts'
import { AccountClassroomsDatabase } from '../../sync/classroom/account-classrooms.ts'
import { createClassroomsApi } from '../../sync/classroom/api.ts'
import type { Account } from '../../sync/account.ts'
import type { Environment } from '../../sync/environment.ts'
import { sentenceOf } from './sentence.ts'

export type Created = { ok: true; id: string; code: string; issuer: string | null } | { ok: false; sentence: string }

/** Makes a classroom, which takes the network, and puts it on the list of those that the account staffs. */
export async function createClassroom(
  environment: Pick<Environment, 'fetch'>,
  account: Pick<Account, 'userId'>,
  body: CreateClassroomBody,
): Promise<Created> {
  const answer = await createClassroomsApi(environment.fetch, account.userId).create(body)
  if (answer.kind !== 'ok') return { ok: false, sentence: sentenceOf(answer) }
  const { id, code, issuer } = answer.value
  const db = new AccountClassroomsDatabase(account.userId)
  await db.staffed.put({ id, title: body.title, endsAt: body.endsAt })
  db.close()
  return { ok: true, id, code, issuer }
}
