import type { Command } from '../../shared/protocol/commands.ts'
import type { Submission } from '../log/kind.ts'
import type { LogPosition } from '../log/lineage.ts'

/** The row that this one makes has its id, and stays for as long as its conversation does: it tells that it was done. */
const TOLD_BY_ITS_ROW: CampusCommand['type'] = 'message.send'

/**
 * These say how far somebody is, or carry their own time: what comes late or twice changes nothing. So no id of them is
 * kept, and with it no record of who was here when.
 */
const MONOTONE: readonly CampusCommand['type'][] = [
  ...(['read', 'receive', 'draft.set', 'receipts.publish'] as const),
  // Nothing is to be kept of whoever goes.
  ...(['user.erase', 'membership.erase', 'message.erase', 'reaction.erase'] as const),
]

/** A command on its way into the campus log. */
export function toEntry(userId: string, command: CampusCommand, from?: LogPosition): CampusEntry {
  const isKept = command.type !== TOLD_BY_ITS_ROW && !MONOTONE.includes(command.type)
  return { command, userId, keptFor: isKept ? userId : null, from }
}

export interface CampusEntry extends Submission {
  command: CampusCommand
  /** Whoever gives the command. */
  userId: string
}

/** What a client may ask for, and what only the server itself asks for. */
export type CampusCommand = WithDrawnPicture<Command> | RegisterUser | TellReceipts | Erase

/**
 * Null takes a picture away. Undefined is what became of one that could not be drawn: its rule refuses it, for whether
 * somebody may set a picture is decided before whether it is one. No client can send that.
 */
type WithDrawnPicture<Sent> = Sent extends { picture: string | null }
  ? Omit<Sent, 'picture'> & { picture: string | null | undefined }
  : Sent

/** Tells what receipts of a conversation have gathered. */
export interface TellReceipts {
  type: 'receipts.publish'
  id: string
  conversationId: string
}

export interface RegisterUser {
  type: 'user.register'
  /** The command's id, and the new user's. */
  id: string
  handle: string
  name: string
}

/** What is done when somebody deletes their account. */
export type Erase =
  | { type: 'user.erase'; id: string }
  | { type: 'membership.erase'; id: string; conversationId: string }
  | { type: 'message.erase' | 'reaction.erase'; id: string; conversationId: string; messageId: string }
