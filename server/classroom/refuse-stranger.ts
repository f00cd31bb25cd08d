import { type ClassroomRefusal, refuse } from '../../shared/classroom/errors.ts'
import type { Database } from '../store/schema.ts'
import { findClassroom } from './find-classroom.ts'

/** Why somebody who is not staff there is not let in; whoever was learns so that it was deleted. */
export async function refuseStranger(db: Database, classroomId: string): Promise<ClassroomRefusal> {
  return refuse((await findClassroom(db, classroomId)) === undefined ? 'not_found' : 'only_staff')
}
