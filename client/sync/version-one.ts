import type { Command, CommandOf } from '../../shared/protocol/commands.ts'
import type { MessageRow, UserRow } from '../../shared/protocol/rows.ts'

/*
 * What version 1 of the app stored lacks the fields of version 2. They are added when it is read and
 * not once when the database is opened, because a tab of version 1 may still be open next to this
 * one, or version 1 be installed again after it, and go on storing. A Dexie collection's `filter`
 * sees what is stored; everything else sees it complete. Of a key that is not there Dexie asks too.
 */

/** What version 1 stored of it, or nothing. */
type Stored<Complete> = Partial<Complete> | undefined

const MESSAGE = { replyTo: null, mentions: [], mentionsAll: false, forwarded: false, pinnedAt: null, edits: 0 }
const EDIT = { mentions: [], mentionsAll: false }
const SEND = { replyToId: null, ...EDIT, forwarded: false }

export function completeUser(row: Stored<UserRow>): Stored<UserRow> {
  return row === undefined || row.pictureId !== undefined ? row : { ...row, pictureId: null }
}

export function completeMessage(row: Stored<MessageRow>): Stored<MessageRow> {
  return row === undefined || row.edits !== undefined ? row : { ...MESSAGE, ...row }
}

export function completeDraft<Draft extends { replyToId: string | null }>(draft: Stored<Draft>): Stored<Draft> {
  return draft === undefined || draft.replyToId !== undefined ? draft : { ...draft, replyToId: null }
}

export function completeEntry<Entry extends { command: Command }>(entry: Entry | undefined): Entry | undefined {
  switch (entry?.command.type) {
    case 'message.send': {
      const command: Stored<CommandOf<'message.send'>> = entry.command
      return command.mentions === undefined ? { ...entry, command: { ...SEND, ...entry.command } } : entry
    }
    case 'message.edit': {
      const command: Stored<CommandOf<'message.edit'>> = entry.command
      return command.mentions === undefined ? { ...entry, command: { ...EDIT, ...entry.command } } : entry
    }
    default:
      return entry
  }
}
