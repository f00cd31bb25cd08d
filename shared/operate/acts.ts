import * as v from 'valibot'
import { id, timeMs } from '../protocol/fields.ts'

/** What operators and moderators can do, each by the name under which the audit log keeps it. Nothing here names who asked a question. */
export const ACTS = [
  'role.change',
  'person.suspend',
  'person.restore',
  'person.end-sessions',
  'person.reset-link',
  'person.delete',
  'message.take-away',
  'question.take-away',
  'conversation.govern',
  'invitation.create',
  'invitation.withdraw',
  'report.close',
  'setting.change',
  'operator.claim',
  'backup.make',
  'backup.restore',
] as const

export const act = v.picklist(ACTS)
export type Act = v.InferOutput<typeof act>

/** What an act was done to. */
export const subjectKind = v.picklist([
  'person',
  'message',
  'question',
  'conversation',
  'invitation',
  'report',
  'setting',
  'server',
])
export type SubjectKind = v.InferOutput<typeof subjectKind>

/** A row of the audit log as operators read it. `actorId` is null for whoever sat at the server itself. */
export const auditRow = v.object({
  n: v.number(),
  at: timeMs,
  actorId: v.nullable(id),
  via: v.picklist(['app', 'command-line', 'server']),
  act,
  subjectKind,
  subjectId: v.nullable(v.string()),
  /** What more there is to say of it, such as the value before and after. */
  detail: v.record(v.string(), v.unknown()),
})
export type AuditRow = v.InferOutput<typeof auditRow>
