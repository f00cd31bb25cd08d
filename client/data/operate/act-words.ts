import type { AuditRow } from '../../../shared/operate/acts.ts'
import { SETTING_NAMES } from '../../../shared/operate/settings.ts'
import { SETTING_WORDS } from './setting-words.ts'

const ROLES: Record<string, string> = { member: 'a member', moderator: 'a moderator', operator: 'an operator' }

/** What somebody did, in a sentence that begins with who it was. `nameOf` is what a person is called. */
export function toActWords(row: AuditRow, nameOf: (id: string) => string): string {
  const { act, subjectId, detail } = row
  const who =
    row.actorId !== null ? nameOf(row.actorId) : row.via === 'server' ? 'The server' : 'Somebody at the server'
  const whom = subjectId === null ? 'somebody' : nameOf(subjectId)
  const said = (name: string) => (typeof detail[name] === 'string' ? `“${detail[name]}”` : '')
  switch (act) {
    case 'role.change':
      return `${who} made ${whom} ${ROLES[String(detail.after)] ?? 'something else'}`
    case 'person.suspend':
      return `${who} suspended ${whom}: ${said('reason')}`
    case 'person.restore':
      return `${who} restored the account of ${whom}`
    case 'person.end-sessions':
      return `${who} signed ${whom} out everywhere`
    case 'person.reset-link':
      return `${who} made a link for another password of ${whom}`
    case 'person.delete':
      return `${who} deleted an account`
    case 'message.take-away':
      return `${who} took a message away: ${said('reason')}`
    case 'question.take-away':
      return `${who} took a question away`
    case 'conversation.govern':
      return `${who} decided who may write in a conversation`
    case 'invitation.create':
      return `${who} made an invitation${detail.note === '' ? '' : ` ${said('note')}`}`
    case 'invitation.withdraw':
      return `${who} withdrew an invitation`
    case 'report.close':
      return `${who} closed what was reported: ${String(detail.outcome)}`
    case 'setting.change':
      return `${who} changed “${toSettingLabel(subjectId ?? '')}”`
    case 'operator.claim':
      return `${who} began to operate this ChatBox`
    case 'backup.make':
      return `${who} made a backup`
    case 'backup.restore':
      return `${who} restored a backup`
  }
}

/** One of an older version, or a newer one, has no words here. */
function toSettingLabel(name: string): string {
  const known = SETTING_NAMES.find((one) => one === name)
  return known === undefined ? name : SETTING_WORDS[known].label
}
