import * as v from 'valibot'
import {
  auditQuery,
  changeSettingBody,
  closeReportsBody,
  operateConversationsQuery,
  operatePeopleQuery,
  type Overview,
  reportBody,
  reportsQuery,
} from '../../../shared/operate/http.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import { id } from '../../../shared/protocol/fields.ts'
import { listAudit } from '../../audit/list-audit.ts'
import { findPeople } from '../../campus/search-people.ts'
import { takeQuestionAway } from '../../classroom/submit.ts'
import { listConversations as listGoverned } from '../../operate/conversations.ts'
import { endAllSessions } from '../../operate/end-sessions.ts'
import { findRole } from '../../operate/find-role.ts'
import { countAll } from '../../operate/overview.ts'
import { findPerson, listPeople, listStandings } from '../../operate/people.ts'
import { findReportedQuestion } from '../../operate/question-reports.ts'
import { closeReports, listReports, makeReport } from '../../operate/reports.ts'
import { isHealthy } from '../../ops/is-healthy.ts'
import { answerDone, answerLimited, answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppContext, AppHandler } from '../context.ts'
import { withBody, withQuery } from '../input.ts'

/* What operators and moderators ask, and the one thing that everybody may: to report something. */

const AUDIT_PAGE = 50

const actorOf = (c: AppContext) => ({ id: c.var.session.userId, via: 'app' }) as const
const NO_SUCH_PLACE = refusal('bad_request', 'The value of "after" is not one that a page gave.')

export function report({ store, accounts, now }: AppParts): AppHandler {
  return withBody(reportBody, async (c, body) => {
    const { userId } = c.var.session
    const limited = await accounts.takeReport(userId)
    if (limited !== undefined) return answerLimited(c, limited.retryAfterMs)
    const refused = await makeReport(store, userId, body, now())
    return refused === undefined ? answerDone(c) : answerRefusal(c, refused)
  })
}

export function operatePeople({ store }: AppParts): AppHandler {
  return withQuery(operatePeopleQuery, async (c, { words, only, after }) => {
    const page = only === undefined ? await listPeople(store, words, after) : await listStandings(store, only, after)
    return page === undefined ? answerRefusal(c, NO_SUCH_PLACE) : c.json(page)
  })
}

export function operatePerson({ store }: AppParts): AppHandler {
  return async (c) => {
    const userId = c.req.param('id')
    const found = v.is(id, userId) ? await findPerson(store, userId) : undefined
    return found === undefined ? answerRefusal(c, refusal('not_found')) : c.json(found)
  }
}

/** Signs somebody out everywhere. Of those who govern, only operators do, and nobody of themselves. */
export function operateSessions({ store, accounts, now }: AppParts): AppHandler {
  return async (c) => {
    const userId = c.req.param('id')
    const mine = c.var.session.userId
    if (!v.is(id, userId)) return answerRefusal(c, refusal('not_found'))
    if (userId === mine) return answerRefusal(c, refusal('not_yourself'))
    const [role, own] = [await findRole(store.db, userId), await findRole(store.db, mine)]
    if (role !== 'member' && own !== 'operator') return answerRefusal(c, refusal('forbidden'))
    accounts.announceEnded(await endAllSessions(store, actorOf(c), userId, now()))
    return answerDone(c)
  }
}

export function operateConversations({ store }: AppParts): AppHandler {
  return withQuery(operateConversationsQuery, async (c, { after }) => {
    const page = await listGoverned(store.db, after)
    return page === undefined ? answerRefusal(c, NO_SUCH_PLACE) : c.json(page)
  })
}

export function operateReports({ store }: AppParts): AppHandler {
  return withQuery(reportsQuery, async (c, { after }) => {
    const page = await listReports(store, after)
    if (page === undefined) return answerRefusal(c, NO_SUCH_PLACE)
    const ids = page.things.flatMap(({ personId, reports, context }) => [
      ...(personId === null ? [] : [personId]),
      ...[...reports.map(({ reporterId }) => reporterId), ...context.map(({ authorId }) => authorId)].filter(
        (one) => one !== null,
      ),
    ])
    return c.json({ ...page, people: await listNamed({ store }, ids) })
  })
}

/** A question that is taken away is so in its classroom first: should that fail, its report stays. */
export function closeReport({ store, now, classrooms: { sequencer } }: AppParts): AppHandler {
  return withBody(closeReportsBody, async (c, body) => {
    if (body.kind === 'question' && body.outcome === 'taken-away') {
      const classroomId = await findReportedQuestion(store.db, body.subjectId)
      if (classroomId === undefined) return answerRefusal(c, refusal('not_found', 'No report of this is open.'))
      const failed = await takeQuestionAway(sequencer, classroomId, body.subjectId)
      if (failed !== undefined && failed.code !== 'not_found') return answerRefusal(c, refusal('internal'))
    }
    const refused = await closeReports(store, actorOf(c), body, now())
    return refused === undefined ? answerDone(c) : answerRefusal(c, refused)
  })
}

export function operateAudit({ store }: AppParts): AppHandler {
  return withQuery(auditQuery, async (c, { before }) => {
    const rows = await listAudit(store.db, before === undefined ? null : Number(before), AUDIT_PAGE)
    const ids = rows.flatMap(({ actorId, subjectKind, subjectId }) => [
      ...(actorId === null ? [] : [actorId]),
      ...(subjectKind === 'person' && subjectId !== null ? [subjectId] : []),
    ])
    return c.json({ rows, people: await listNamed({ store }, ids) })
  })
}

export function operateSettings({ settings }: AppParts): AppHandler {
  return async (c) => c.json({ settings: settings.list() })
}

export function changeSetting({ settings }: AppParts): AppHandler {
  return withBody(changeSettingBody, async (c, { name, value }) => {
    const refused = await settings.change(actorOf(c), name, value ?? null)
    return refused === undefined ? answerDone(c) : answerRefusal(c, refused)
  })
}

export function overview({ store, about, settings }: AppParts): AppHandler {
  return async (c) => {
    const { files, ...counts } = await countAll(store)
    const room = settings.get('storage.all')
    return c.json<Overview>({
      ...{ ...about, environment: [...about.environment], isHealthy: await isHealthy(store) },
      ...{ ...counts, files: { ...files, bytesMax: room === 'off' ? null : room } },
    })
  }
}

async function listNamed({ store }: Pick<AppParts, 'store'>, ids: readonly string[]) {
  const all = [...new Set(ids)]
  return all.length === 0 ? [] : (await findPeople(store, all)).people
}
