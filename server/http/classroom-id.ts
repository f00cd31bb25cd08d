import * as v from 'valibot'
import { classroomId } from '../../shared/classroom/fields.ts'
import type { AppContext } from './context.ts'

/** Stands for no classroom, and is found by nobody. */
const NONE = ''

/** The classroom of the address; what is not in the form of one is none, and no table is asked for it. */
export function getClassroomId(c: AppContext): string {
  const id = c.req.param('id')
  return v.is(classroomId, id) ? id : NONE
}
