import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { reportKind } from '../../../../shared/operate/http.ts'
import { createClassroomKind } from '../../../classroom/kind.ts'
import { takeQuestionAway } from '../../../classroom/submit.ts'
import { classroomChannel } from '../../../classroom/types.ts'
import { actAsServer } from '../../../commands/submit.ts'
import { createSequencer } from '../../../log/sequencer.ts'
import { findReportedQuestion } from '../../../operate/question-reports.ts'
import { closeReports, listReports } from '../../../operate/reports.ts'
import { withCampus } from '../campus.ts'
import { type AdminContext, defineCommand, done, type Refused, refused } from '../command.ts'
import { toTimeWords } from '../find-person.ts'

const WHAT = { kind: 'message, person or question.', id: 'Its id, as the list says.' }
const ACTOR = { id: null, via: 'command-line' } as const

export const reportsList = defineCommand({
  name: 'reports list',
  summary: 'Lists what people reported and nobody has looked at, the first reported first.',
  options: { after: { value: 'PLACE', summary: 'Goes on after the place that the page before named.' } },
  on: 'database',
  async run({ store }, { after }) {
    const page = await listReports(store, after)
    if (page === undefined) return refused('bad_request', '--after takes a place that a page named.')
    const lines = page.things.flatMap(({ kind, subjectId, placeId, count, firstAt, reports, context }) => [
      `${kind} ${subjectId}${placeId === null ? '' : ` in ${placeId}`}: ${count} reports, first ${toTimeWords(firstAt)}`,
      ...reports.map(({ reason }) => `    says: ${reason}`),
      ...context.map(({ text, isSubject }) => `  ${isSubject ? '>' : ' '} ${text ?? 'deleted'}`),
    ])
    const rest = page.next === null ? [] : [`More follows with --after ${page.next}`]
    return done(page, [`${page.open} reports are open`, ...lines, ...rest])
  },
})

export const reportsDismiss = defineCommand({
  name: 'reports dismiss',
  summary: 'Closes all reports of one thing: nothing is wrong with it.',
  words: WHAT,
  on: 'database',
  async run({ store, now }, { kind, id }) {
    const of = readKind(kind)
    if (typeof of !== 'string') return of
    const failed = await closeReports(store, ACTOR, { kind: of, subjectId: id, outcome: 'dismissed' }, now())
    return failed ?? done({ kind: of, id }, ['Closed.'])
  },
})

export const reportsTakeAway = defineCommand({
  name: 'reports take-away',
  summary: 'Takes a reported message or question away, and closes its reports.',
  words: WHAT,
  options: { for: { value: 'REASON', summary: 'Why, for other moderators; required of a message.' } },
  on: 'database',
  async run(context, { kind, id, for: reason }) {
    const of = readKind(kind)
    if (typeof of !== 'string') return of
    if (of === 'person') return refused('bad_request', 'A person is suspended: see "users suspend".')
    if (of === 'message' && reason === undefined) return refused('bad_request', 'Say why with --for REASON.')
    const taken = of === 'message' ? await takeMessage(context, id, reason ?? '') : await takeQuestion(context, id)
    if (taken !== undefined) return taken
    const { store, now } = context
    const failed = await closeReports(store, ACTOR, { kind: of, subjectId: id, outcome: 'taken-away' }, now())
    return failed ?? done({ kind: of, id }, ['It is gone, and its reports are closed.'])
  },
})

function readKind(typed: string): v.InferOutput<typeof reportKind> | Refused {
  const parsed = v.safeParse(reportKind, typed)
  return parsed.success ? parsed.output : refused('bad_request', 'KIND is message, person or question.')
}

async function takeMessage(context: AdminContext, messageId: string, reason: string): Promise<Refused | undefined> {
  const found = await context.store.db
    .selectFrom('message')
    .select('conversation_id')
    .where('id', '=', messageId)
    .executeTakeFirst()
  if (found === undefined) return refused('not_found', 'There is no such message.')
  const { conversation_id: conversationId } = found
  const command = { type: 'message.take-away', id: uuidv7(), conversationId, messageId, reason } as const
  return withCampus(context, ({ sequencer }) => actAsServer(sequencer, command))
}

async function takeQuestion(context: AdminContext, questionId: string): Promise<Refused | undefined> {
  const { store, now } = context
  const classroomId = await findReportedQuestion(store.db, questionId)
  if (classroomId === undefined) return refused('not_found', 'No report of this question is open.')
  return withCampus(context, async ({ bus }) => {
    const sequencer = createSequencer({
      ...{ store, kind: createClassroomKind(store), now, onError: () => 'not told' },
      publish: (committed) => bus.publish(classroomChannel, committed),
    })
    try {
      return await takeQuestionAway(sequencer, classroomId, questionId)
    } finally {
      await sequencer.close()
    }
  })
}
