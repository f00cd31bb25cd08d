import type { ClassroomTable, Database } from '../store/schema.ts'

export async function findClassroom(db: Database, classroomId: string): Promise<ClassroomTable | undefined> {
  return db.selectFrom('classroom').selectAll().where('id', '=', classroomId).executeTakeFirst()
}

/** The role of whoever answers there now. */
export async function findStaff(
  db: Database,
  classroomId: string,
  userId: string,
): Promise<'owner' | 'staff' | undefined> {
  const found = await db
    .selectFrom('classroom_staff')
    .select('role')
    .where('user_id', '=', userId)
    .where('classroom_id', '=', classroomId)
    .where('removed', '=', 0)
    .executeTakeFirst()
  return found?.role
}
