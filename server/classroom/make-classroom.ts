import { randomBytes } from 'node:crypto'
import { type ClassroomRefusal, refuse } from '../../shared/classroom/errors.ts'
import type { CreateClassroomBody } from '../../shared/classroom/http.ts'
import type { Database } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { createClassroomCode, createClassroomId } from './codes.ts'
import { createClassroom } from './create-classroom.ts'
import { isMember } from './is-member.ts'
import { createIssuerKeys } from './issuer.ts'

const CODE_TRIES = 5

/** Makes a classroom with all that is its own: link, code, and keys where it is limited to a group, which one leads. */
export async function makeClassroom(
  store: Store,
  userId: string,
  body: CreateClassroomBody,
  now: number,
): Promise<{ id: string; code: string; issuer: string | null } | ClassroomRefusal> {
  if (body.groupId !== null && !(await isLeader(store.db, body.groupId, userId))) return refuse('only_leader')
  const keys = body.groupId === null ? { issuerPublic: null, issuerPrivate: null } : await createIssuerKeys()
  const challengeKey = randomBytes(32).toString('base64url')
  for (let tries = 0; tries < CODE_TRIES; tries += 1) {
    const made = { id: createClassroomId(), code: createClassroomCode(), challengeKey, ...keys }
    if ((await createClassroom(store, userId, body, made, now)) !== 'taken') {
      return { id: made.id, code: made.code, issuer: made.issuerPublic }
    }
  }
  throw new Error(`${CODE_TRIES} codes in a row were taken`)
}

async function isLeader(db: Database, groupId: string, userId: string): Promise<boolean> {
  const group = await db
    .selectFrom('conversation')
    .select('creator_id')
    .where('id', '=', groupId)
    .where('kind', '=', 'group')
    .executeTakeFirst()
  return group?.creator_id === userId && (await isMember(db, groupId, userId))
}
