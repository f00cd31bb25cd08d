import type { StoredAnswer } from '../../../shared/classroom/http.ts'
import { createStudentApi } from '../../sync/classroom/api.ts'
import { ClassroomDatabase, studentDatabaseName } from '../../sync/classroom/database.ts'
import type { Environment } from '../../sync/environment.ts'

/** What the server stores of students, as it says itself; with no network, as it said last. */
export async function fetchStored(
  environment: Pick<Environment, 'fetch'>,
  id: string,
): Promise<StoredAnswer | undefined> {
  const answer = await createStudentApi(environment.fetch, id).stored()
  const db = new ClassroomDatabase(studentDatabaseName(id))
  try {
    if (answer.kind === 'ok') {
      await db.meta.put({ key: 'stored', answer: answer.value })
      return answer.value
    }
    const kept = await db.meta.get('stored')
    return kept?.key === 'stored' ? kept.answer : undefined
  } finally {
    db.close()
  }
}
