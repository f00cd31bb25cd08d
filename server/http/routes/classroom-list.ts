import { listClassrooms } from '../../classroom/list-classrooms.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppHandler } from '../context.ts'

export function classrooms({ store, now }: AppParts): AppHandler {
  return async (c) => c.json(await listClassrooms(store.db, c.var.session.userId, now()))
}
