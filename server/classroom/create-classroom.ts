import { randomUUID } from 'node:crypto'
import { classroomLog } from '../../shared/classroom/fields.ts'
import type { CreateClassroomBody } from '../../shared/classroom/http.ts'
import type { Store } from '../store/store.ts'
import { classroomTables } from './tables.ts'

/** What a classroom is made of besides its settings; whoever makes it draws these. */
export interface ClassroomKeys {
  id: string
  code: string
  issuerPublic: string | null
  issuerPrivate: string | null
  challengeKey: string
}

/** Makes a classroom, the log that it begins and the owner who answers in it, in one transaction. */
export async function createClassroom(
  store: Store,
  userId: string,
  body: CreateClassroomBody,
  keys: ClassroomKeys,
  now: number,
): Promise<'made' | 'taken'> {
  return store.write(async (db) => {
    const same = await db
      .selectFrom('classroom')
      .select('id')
      .where((or) => or.or([or('id', '=', keys.id), or('code', '=', keys.code)]))
      .execute()
    if (same.length > 0) return 'taken'
    await db
      .insertInto(classroomTables(store).log)
      .values({
        id: classroomLog(keys.id),
        epoch: randomUUID(),
        epoch_start: 0,
        lineage: null,
        lineage_start: 0,
        floor: 0,
        head: 2,
      })
      .execute()
    await db
      .insertInto('classroom')
      .values({
        id: keys.id,
        seq: 1,
        title: body.title,
        code: keys.code,
        mode: body.mode,
        opens_at: body.opensAt,
        ends_at: body.endsAt,
        threads_until: body.threadsUntil,
        slow_seconds: body.slowSeconds,
        answers: body.answers,
        names: body.names ? 1 : 0,
        words: JSON.stringify(body.words),
        group_id: body.groupId,
        issuer_public: keys.issuerPublic,
        issuer_private: keys.issuerPrivate,
        challenge_key: keys.challengeKey,
        focus_question_id: null,
        focus_poll_id: null,
        question_count: 0,
        created_at: now,
        photos: body.photos ?? 'held',
      })
      .execute()
    await db
      .insertInto('classroom_staff')
      .values({ classroom_id: keys.id, user_id: userId, seq: 2, role: 'owner', read_n: 0, removed: 0 })
      .execute()
    return 'made'
  })
}
