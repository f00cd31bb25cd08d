import type { Kysely } from 'kysely'
import type { ColumnTypes } from './columns.ts'
import { up as log } from './0001-log.ts'
import { up as user } from './0002-user.ts'
import { up as credential } from './0003-credential.ts'
import { up as session } from './0004-session.ts'
import { up as conversation } from './0005-conversation.ts'
import { up as member } from './0006-member.ts'
import { up as message } from './0007-message.ts'
import { up as reading } from './0008-reading.ts'
import { up as command } from './0009-command.ts'
import { up as everyone } from './0010-everyone.ts'
import { up as campus } from './0011-campus.ts'

/** Every step in order; forward only. A step that has ever run anywhere is never changed. */
export const migrations: Record<string, (db: Kysely<unknown>, types: ColumnTypes) => Promise<void>> = {
  '0001-log': log,
  '0002-user': user,
  '0003-credential': credential,
  '0004-session': session,
  '0005-conversation': conversation,
  '0006-member': member,
  '0007-message': message,
  '0008-reading': reading,
  '0009-command': command,
  '0010-everyone': everyone,
  '0011-campus': campus,
}
