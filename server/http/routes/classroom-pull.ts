import { refuse } from '../../../shared/classroom/errors.ts'
import { classroomPullQuery } from '../../../shared/classroom/http.ts'
import type { ClassroomAudience, ClassroomPull } from '../../classroom/classroom-logs.ts'
import { answerClassroomRefusal } from '../classroom-answers.ts'
import type { AppParts } from '../app-parts.ts'
import { findCallerSession } from '../caller.ts'
import type { AppContext, AppHandler } from '../context.ts'
import { withQuery } from '../input.ts'
import { getClassroomId } from '../classroom-id.ts'

/** The same for everybody, whoever they are. */
export function studentPull(parts: AppParts): AppHandler {
  return withQuery(classroomPullQuery, (c, query) => pull(parts, c, 'room', query, async () => undefined))
}

export function staffPull(parts: AppParts): AppHandler {
  return withQuery(classroomPullQuery, (c, query) =>
    pull(parts, c, 'staff', query, async () => {
      const session = await findCallerSession(parts.accounts, c)
      if (session === undefined) return refuse('not_signed_in')
      const role = await parts.classrooms.logs.findStaff(getClassroomId(c), session.userId)
      return role === undefined ? refuse('only_staff') : undefined
    }),
  )
}

async function pull(
  { classrooms: { logs, hub } }: AppParts,
  c: AppContext,
  audience: ClassroomAudience,
  { epoch, cursor, wait }: { epoch: string; cursor: number; wait?: '0' | '1' | undefined },
  check: () => Promise<ReturnType<typeof refuse> | undefined>,
): Promise<Response> {
  const classroomId = getClassroomId(c)
  const refused = await check()
  if (refused !== undefined) return answerClassroomRefusal(c, refused)
  const outcome = await logs.pull(classroomId, audience, { epoch, cursor })
  if (wait !== '1' || outcome.kind !== 'page' || hasNews(outcome.page)) return answer(c, outcome, count())

  await hub.waitForNews(classroomId, audience, outcome.page.to, c.req.raw.signal)
  // Whoever waited may have been signed out or removed meanwhile.
  const refusedNow = await check()
  if (refusedNow !== undefined) return answerClassroomRefusal(c, refusedNow)
  return answer(c, await logs.pull(classroomId, audience, { epoch, cursor }), count())

  function count(): number {
    return hub.countDevices(classroomId)
  }
}

function hasNews(page: { from: number; to: number; head: number }): boolean {
  return page.to > page.from || page.to < page.head || page.from === 0
}

function answer(c: AppContext, outcome: ClassroomPull, devices: number): Response {
  switch (outcome.kind) {
    case 'page':
      return c.json({ ...outcome.page, devices })
    case 'reset':
      return answerClassroomRefusal(c, refuse(outcome.code), { epoch: outcome.epoch })
    case 'not_found':
      return answerClassroomRefusal(c, refuse('not_found'))
  }
}
