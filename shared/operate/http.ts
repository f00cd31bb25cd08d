import * as v from 'valibot'
import { oneLine } from '../one-line.ts'
import { id, reason, role, seq, timeMs } from '../protocol/fields.ts'
import { userRow } from '../protocol/rows.ts'
import { auditRow } from './acts.ts'
import { settingName } from './settings.ts'

/*
 * What only operators and moderators ask, under `/api/operate`: see the README beside this file. What they do to rows of the
 * log they do by commands, like everybody.
 */

export const OPERATE_API = '/api/operate'

/** What somebody thinks that a moderator should see, and why. */
const reportedMessage = v.object({ kind: v.literal('message'), conversationId: id, messageId: id })
const reportedPerson = v.object({ kind: v.literal('person'), userId: id })
/** `POST /api/reports`. */
export const reportBody = v.object({ subject: v.variant('kind', [reportedMessage, reportedPerson]), reason })
export type ReportBody = v.InferOutput<typeof reportBody>
/** `POST /q/api/:id/reports`: of nobody in particular. `work` as with a student's command. */
export const questionReportBody = v.object({ questionId: v.string(), reason, work: v.optional(v.string()) })

/** One line of what stood around what was reported; `isSubject` is that itself. Of a question nobody is the author. */
export const contextLine = v.object({
  id: v.string(),
  authorId: v.nullable(id),
  at: timeMs,
  text: v.nullable(v.string()),
  files: v.array(v.string()),
  isSubject: v.boolean(),
})
export type ContextLine = v.InferOutput<typeof contextLine>

export const reportKind = v.picklist(['message', 'person', 'question'])
export type ReportKind = v.InferOutput<typeof reportKind>
export const reportOutcome = v.picklist(['dismissed', 'taken-away', 'suspended'])
export type ReportOutcome = v.InferOutput<typeof reportOutcome>

/** All open reports of one thing. */
export const reportedThing = v.object({
  kind: reportKind,
  subjectId: id,
  /** The conversation, or the classroom. */
  placeId: v.nullable(v.string()),
  /** Whoever wrote it or is meant. */
  personId: v.nullable(id),
  count: v.number(),
  firstAt: timeMs,
  /** The latest of them. */
  reports: v.array(v.object({ reporterId: v.nullable(id), at: timeMs, reason: v.string() })),
  context: v.array(contextLine),
})
export type ReportedThing = v.InferOutput<typeof reportedThing>
/** `GET /api/operate/reports`: the oldest first. */
export const reportsAnswer = v.object({
  open: v.number(),
  things: v.array(reportedThing),
  people: v.array(userRow),
  next: v.nullable(v.string()),
})
export const reportsQuery = v.object({ after: v.optional(v.string()) })
/** `POST /api/operate/reports/close`: all open reports of one thing. */
export const closeReportsBody = v.object({ kind: reportKind, subjectId: id, outcome: reportOutcome })

const suspension = v.nullable(v.object({ at: timeMs, reason: v.string() }))
export const governedPerson = v.object({ ...userRow.entries, role, suspended: suspension })
export type GovernedPerson = v.InferOutput<typeof governedPerson>
/** `GET /api/operate/people`: by what they are called, or with `only` those with a role, or who are suspended. */
export const operatePeopleQuery = v.object({
  words: v.optional(v.pipe(v.string(), v.maxLength(100)), ''),
  only: v.optional(v.picklist(['roles', 'suspended'])),
  after: v.optional(v.string()),
})
export const operatePeopleAnswer = v.object({
  total: v.number(),
  people: v.array(governedPerson),
  next: v.nullable(v.string()),
})
/** `GET /api/operate/people/:id`. */
export const operatePersonAnswer = v.object({
  person: governedPerson,
  sessions: v.array(v.object({ id, device: v.string(), createdAt: timeMs, lastSeenAt: timeMs })),
  filesBytes: v.number(),
  groups: v.number(),
  openReports: v.number(),
})
export type OperatePerson = v.InferOutput<typeof operatePersonAnswer>

/** By which some may make an account. Its link is told to whoever made it, once. */
export const invitation = v.object({
  id,
  note: v.string(),
  createdBy: v.nullable(id),
  createdAt: timeMs,
  endsAt: v.nullable(timeMs),
  usesMax: v.number(),
  uses: v.number(),
  withdrawnAt: v.nullable(timeMs),
})
export type Invitation = v.InferOutput<typeof invitation>
/** `GET /api/operate/invitations`: the newest first. */
export const invitationsAnswer = v.object({ invitations: v.array(invitation), people: v.array(userRow) })
/** `POST /api/operate/invitations`. */
export const createInvitationBody = v.object({
  note: v.optional(v.union([v.literal(''), oneLine(100)]), ''),
  uses: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(10_000)),
  endsAt: v.nullable(timeMs),
})
/** What is behind the `#` of a link, told once. */
export const tokenAnswer = v.object({ token: v.string() })

/** `GET /api/operate/conversations`: Everyone, and groups by how many are in them. */
export const operateConversation = v.object({
  id,
  kind: v.picklist(['group', 'everyone']),
  title: v.nullable(v.string()),
  creatorId: v.nullable(id),
  members: v.number(),
  messages: seq,
  posting: v.picklist(['everybody', 'leaders', 'moderators']),
  slowSeconds: v.number(),
})
export type OperateConversation = v.InferOutput<typeof operateConversation>
export const operateConversationsQuery = v.object({ after: v.optional(v.string()) })
export const operateConversationsAnswer = v.object({
  conversations: v.array(operateConversation),
  next: v.nullable(v.string()),
})

/** `GET /api/operate/audit`: the newest first, before a number. */
export const auditQuery = v.object({ before: v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/))) })
export const auditAnswer = v.object({ rows: v.array(auditRow), people: v.array(userRow) })

/** `GET /api/operate/settings`, and `POST` with one of them; null takes back what was chosen. */
export const settingsAnswer = v.object({
  settings: v.array(v.object({ name: settingName, value: v.unknown(), isChosen: v.boolean(), summary: v.string() })),
})
export const changeSettingBody = v.object({ name: settingName, value: v.unknown() })

/** `GET /api/operate/overview`: how it is, and what it is set to. No secret is in it. */
export const overviewAnswer = v.object({
  version: v.string(),
  startedAt: timeMs,
  isHealthy: v.boolean(),
  head: seq,
  people: v.number(),
  messages: v.number(),
  groups: v.number(),
  files: v.object({ bytes: v.number(), bytesMax: v.nullable(v.number()), count: v.number() }),
  largestAccounts: v.array(v.object({ person: userRow, bytes: v.number() })),
  environment: v.array(v.object({ name: v.string(), value: v.string() })),
})
export type Overview = v.InferOutput<typeof overviewAnswer>
