import { createStudentApi, type ClassroomAnswer } from '../../sync/classroom/api.ts'
import { askWithWork } from '../../sync/classroom/ask-with-work.ts'
import type { Environment } from '../../sync/environment.ts'

/**
 * Tells the moderators of this ChatBox of a question, now: it says nothing of who does. Nothing of it is kept on the device, so that
 * whoever looks at it later does not learn it either.
 */
export function reportQuestion(
  environment: Pick<Environment, 'fetch'>,
  classroomId: string,
  reported: { questionId: string; reason: string },
): Promise<ClassroomAnswer<null>> {
  const api = createStudentApi(environment.fetch, classroomId)
  return askWithWork(
    (work) => api.report({ ...reported, ...(work !== undefined && { work }) }),
    () => false,
  )
}
