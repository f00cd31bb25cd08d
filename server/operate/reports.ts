import { sql } from 'kysely'
import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import {
  type ContextLine,
  contextLine,
  type ReportBody,
  type ReportedThing,
  type ReportKind,
  type ReportOutcome,
} from '../../shared/operate/http.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { type Actor, writeAudited } from '../audit/audit.ts'
import { toMessageFiles } from '../campus/files.ts'
import { forgetQuestionReports, listReportedQuestions } from './question-reports.ts'
import type { Database, MessageTable, ReportTable } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

/*
 * Reports: what somebody thinks that a moderator should see. They are a queue of things, not of reports: however many report one
 * message, it is there once. What stood around it is kept as its reporter saw it, for it may be deleted before anybody looks, and
 * goes when the report is closed.
 */

/** Messages kept before and after the one that was reported. */
const AROUND = 5
const THINGS_PAGE = 20
const REPORTS_SHOWN = 10

/** Keeps a report of somebody's; the same thing reported again changes why. Refuses what they cannot see. */
export async function makeReport(
  store: Store,
  reporterId: string,
  { subject, reason }: ReportBody,
  now: number,
): Promise<Refusal | undefined> {
  const found = await store.read((db) =>
    subject.kind === 'message' ? lookAtMessage(db, reporterId, subject) : lookAtPerson(db, reporterId, subject.userId),
  )
  if ('code' in found) return found
  const open = { closed_at: null, closed_by: null, outcome: null }
  const record = { ...found, ...open, id: randomUUID(), at: now, reporter_id: reporterId, reason }
  await store.upsert(store.db, 'report', ['kind', 'subject_id', 'reporter_id'], [record])
  return undefined
}

type Looked = Pick<ReportTable, 'kind' | 'subject_id' | 'place_id' | 'person_id' | 'context'>

/** The message with what stands around it, without what the reporter deleted for themselves. */
async function lookAtMessage(
  db: Database,
  userId: string,
  { conversationId, messageId }: { conversationId: string; messageId: string },
): Promise<Looked | Refusal> {
  const member = await db
    .selectFrom('member')
    .select('removed')
    .where('conversation_id', '=', conversationId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (conversationId !== EVERYONE_ID && member?.removed !== 0) return refusal('not_a_member')
  const message = await db.selectFrom('message').selectAll().where('id', '=', messageId).executeTakeFirst()
  if (message?.conversation_id !== conversationId) return refusal('not_found')
  if (message.text === null) return refusal('message_deleted')
  if (message.author_id === userId) return refusal('not_yourself', 'This is your own message. Delete it.')
  const around = await db
    .selectFrom('message')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('n', '>=', message.n - AROUND)
    .where('n', '<=', message.n + AROUND)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('hidden_message')
            .select('hidden_message.hidden')
            .whereRef('hidden_message.message_id', '=', 'message.id')
            .where('hidden_message.user_id', '=', userId)
            .where('hidden_message.hidden', '=', 1),
        ),
      ),
    )
    .orderBy('n')
    .execute()
  return {
    ...{ kind: 'message', subject_id: messageId, place_id: conversationId, person_id: message.author_id },
    context: JSON.stringify(around.map((row) => toContextLine(row, messageId))),
  }
}

function toContextLine(message: MessageTable, subjectId: string): ContextLine {
  return {
    ...{ id: message.id, authorId: message.author_id, at: message.sent_at, text: message.text },
    files: toMessageFiles(message).map(({ name }) => name),
    isSubject: message.id === subjectId,
  }
}

async function lookAtPerson(db: Database, userId: string, personId: string): Promise<Looked | Refusal> {
  if (personId === userId) return refusal('not_yourself')
  const person = await db.selectFrom('user').select('id').where('id', '=', personId).executeTakeFirst()
  if (person === undefined) return refusal('not_found', 'Nobody has this account.')
  return { kind: 'person', subject_id: personId, place_id: null, person_id: personId, context: '[]' }
}

const contextSchema = v.array(contextLine)

export interface ReportsPage {
  open: number
  things: ReportedThing[]
  next: string | null
}

/** A page of what is reported and open, the first reported first. Undefined when `after` is none that a page gave. */
export async function listReports(
  store: Pick<Store, 'read'>,
  after: string | undefined,
): Promise<ReportsPage | undefined> {
  const place = after === undefined ? null : fromNext(after)
  if (place === undefined) return undefined
  return store.read(async (db) => {
    const open = db.selectFrom('report').where('closed_at', 'is', null)
    const counted = await open
      .select(['kind', 'subject_id'])
      .select([sql<number>`count(*)`.as('count'), sql<number>`min(at)`.as('first_at')])
      .groupBy(['kind', 'subject_id'])
      .$if(place !== null, (rows) =>
        rows.having((or) =>
          or.or([
            or(sql<number>`min(at)`, '>', place?.at ?? 0),
            or.and([or(sql<number>`min(at)`, '=', place?.at ?? 0), or('subject_id', '>', place?.id ?? '')]),
          ]),
        ),
      )
      .orderBy(sql`min(at)`)
      .orderBy('subject_id')
      .limit(THINGS_PAGE + 1)
      .execute()
    const { total } = await open.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow()
    const page = counted.slice(0, THINGS_PAGE)
    const things: ReportedThing[] = []
    for (const { kind, subject_id, count, first_at } of page) {
      const reports = await open
        .selectAll()
        .where('kind', '=', kind)
        .where('subject_id', '=', subject_id)
        .orderBy('at', 'desc')
        .limit(REPORTS_SHOWN)
        .execute()
      const [latest] = reports
      if (latest === undefined) continue
      things.push({
        ...{ kind, subjectId: subject_id, placeId: latest.place_id, personId: latest.person_id },
        ...{ count, firstAt: first_at },
        reports: reports.map(({ reporter_id, at, reason }) => ({ reporterId: reporter_id, at, reason })),
        context: v.parse(contextSchema, JSON.parse(latest.context)),
      })
    }
    const questions = place === null ? await listReportedQuestions(db) : { open: 0, things: [] }
    const last = page.at(-1)
    const next = counted.length > page.length && last !== undefined ? `${last.first_at}.${last.subject_id}` : null
    return { open: total + questions.open, things: [...questions.things, ...things], next }
  })
}

function fromNext(next: string): { at: number; id: string } | undefined {
  const [, at, id] = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(next) ?? []
  return at === undefined || id === undefined ? undefined : { at: Number(at), id }
}

/**
 * Closes all open reports of one thing, with a row in the audit log; what stood around it is kept no longer. A question that was
 * taken away is so before.
 */
export async function closeReports(
  store: Store,
  actor: Actor,
  { kind, subjectId, outcome }: { kind: ReportKind; subjectId: string; outcome: ReportOutcome },
  now: number,
): Promise<Refusal | undefined> {
  return writeAudited<Refusal | undefined>(store, now, async (db) => {
    const reports =
      kind === 'question' ? await forgetQuestionReports(db, subjectId) : await closeAll(db, kind, subjectId)
    if (reports === 0) return { answer: refusal('not_found', 'No report of this is open.'), entries: [] }
    const detail = { kind, outcome, reports }
    const subject = { kind: 'report', id: subjectId } as const
    const closing = { actor, act: 'report.close', subject, detail } as const
    const isTaken = kind === 'question' && outcome === 'taken-away'
    const taking = { actor, act: 'question.take-away', subject: { kind: 'question', id: subjectId } } as const
    return { answer: undefined, entries: isTaken ? [taking, closing] : [closing] }
  })

  async function closeAll(db: Database, of: 'message' | 'person', id: string): Promise<number> {
    const closed = await db
      .updateTable('report')
      .set({ closed_at: now, closed_by: actor.id, outcome, context: '[]' })
      .where('kind', '=', of)
      .where('subject_id', '=', id)
      .where('closed_at', 'is', null)
      .executeTakeFirst()
    return Number(closed.numUpdatedRows)
  }
}

/** Deletes reports that were closed before `until`, in milliseconds since 1970. */
export async function pruneReports({ db }: Pick<Store, 'db'>, until: number): Promise<void> {
  await db.deleteFrom('report').where('closed_at', '<', until).execute()
}
