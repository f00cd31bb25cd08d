import { refuse } from '../../../shared/classroom/errors.ts'
import { classroomLog, fromClassroomLog } from '../../../shared/classroom/fields.ts'
import { classroomPullQuery, type ClassroomPullPage } from '../../../shared/classroom/http.ts'
import { findStaff } from '../../classroom/find-classroom.ts'
import { toKnownRow } from '../../classroom/known-rows.ts'
import { refuseStranger } from '../../classroom/refuse-stranger.ts'
import type { Classroom } from '../../classroom/types.ts'
import type { FoundHead } from '../../log/log-tables.ts'
import { answerClassroomRefusal } from '../classroom-answers.ts'
import { findSpokenClassroomVersion } from '../classroom-guards.ts'
import { getClassroomId } from '../classroom-id.ts'
import type { AppParts } from '../app-parts.ts'
import { findCallerSession } from '../caller.ts'
import type { AppHandler } from '../context.ts'
import { type Admitted, type PullDoor, type PullQuery, pullThrough } from './pull.ts'

const POLLS_RETRY_AFTER_MS = 1_000

type Door = PullDoor<Classroom, FoundHead, unknown, PullQuery>

/** The same for everybody, whoever they are. */
export function studentPull(parts: AppParts): AppHandler {
  const { devices } = parts.classrooms
  return pullThrough(parts, {
    ...readClassroom(parts),
    admit: async (): Promise<Admitted<Classroom>> => ({ reader: { audience: 'everybody' }, sessionId: null }),
    onWaiting: (log) => devices.comeToPoll(fromClassroomLog(log)),
  })
}

export function staffPull(parts: AppParts): AppHandler {
  return pullThrough(parts, {
    ...readClassroom(parts),
    async admit(c): Promise<Admitted<Classroom> | Response> {
      const session = await findCallerSession(parts.accounts, c)
      if (session?.suspendedFor !== undefined || session === undefined)
        return answerClassroomRefusal(c, refuse('not_signed_in'))
      const { userId, sessionId } = session
      if ((await findStaff(parts.store.db, getClassroomId(c), userId)) === undefined) {
        return answerClassroomRefusal(c, await refuseStranger(parts.store.db, getClassroomId(c)))
      }
      return { reader: { audience: 'staff', userId }, sessionId }
    },
  })
}

function readClassroom({ classrooms: { kind, hubs, devices } }: AppParts): Omit<Door, 'admit'> {
  return {
    kind,
    query: classroomPullQuery,
    getLog: (c) => classroomLog(getClassroomId(c)),
    openHub: hubs.open,
    answerPage(c, log, { next: _, rows, ...page }) {
      const version = findSpokenClassroomVersion(c)
      const known = rows.map((row) => toKnownRow(version, row))
      return c.json<ClassroomPullPage>({ ...page, devices: devices.count(fromClassroomLog(log)), rows: known })
    },
    answerReset(c, query, { head: { epoch }, lineages }) {
      if (query.lineage !== '') return answerClassroomRefusal(c, refuse('lineage_ended'), { lineages })
      // A client of version 1.
      const code = query.epoch !== '' && query.epoch !== epoch ? 'epoch_changed' : 'cursor_ahead'
      return answerClassroomRefusal(c, refuse(code), { epoch })
    },
    answerRefusal: (c, refused) => answerClassroomRefusal(c, refused),
    answerTooMany: (c) => answerClassroomRefusal(c, refuse('too_many_tries'), { retryAfterMs: POLLS_RETRY_AFTER_MS }),
  }
}
