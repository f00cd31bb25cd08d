import type { AnyCommand } from './command.ts'
import { auditList } from './commands/audit.ts'
import { backup, backups } from './commands/backup.ts'
import { conversationsGovern, conversationsList } from './commands/conversations.ts'
import { doctor } from './commands/doctor.ts'
import { invitationsCreate, invitationsList, invitationsWithdraw } from './commands/invitations.ts'
import { limitsList } from './commands/limits-list.ts'
import { limitsReset } from './commands/limits-reset.ts'
import { limitsSet } from './commands/limits-set.ts'
import { operatorAdd, operatorClaimLink, operatorList, operatorRemove } from './commands/operators.ts'
import { reportsDismiss, reportsList, reportsTakeAway } from './commands/reports.ts'
import { restore } from './commands/restore.ts'
import { sessionsEnd, sessionsList } from './commands/sessions.ts'
import { settingsList, settingsReset, settingsSet } from './commands/settings.ts'
import * as users from './commands/users.ts'
import { verify } from './commands/verify.ts'

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly AnyCommand[] = [
  ...[operatorAdd, operatorRemove, operatorList, operatorClaimLink],
  ...[users.usersList, users.usersShow, users.usersSuspend, users.usersRestore, users.usersRole],
  ...[users.usersResetLink, users.usersDelete],
  ...[sessionsList, sessionsEnd],
  ...[invitationsCreate, invitationsList, invitationsWithdraw],
  ...[conversationsList, conversationsGovern],
  ...[reportsList, reportsDismiss, reportsTakeAway],
  ...[settingsList, settingsSet, settingsReset],
  ...[limitsList, limitsSet, limitsReset],
  auditList,
  doctor,
  ...[backup, backups, restore],
  verify,
]
