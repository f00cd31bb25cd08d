import type { Command, CommandOf } from '../../../shared/protocol/commands.ts'
import { unreachable } from '../../../shared/unreachable.ts'
import type { OutboxEntry } from '../../sync/database.ts'
import { countWords } from '../count-words.ts'
import { isUserAction, toDelivery, type Delivery } from './pending.ts'
import type { FindPerson } from '../people/person.ts'

/** Something that this person did and the server has not taken: it waits, or was refused. */
export interface Unsent {
  id: string
  command: Command
  conversationId: string
  /** Null when this device holds no such conversation any more. */
  conversationTitle: string | null
  /** What it does: "New group “Film club”". */
  what: string
  /** What was written, where something was. */
  text: string | null
  delivery: Exclude<Delivery, { kind: 'sent' }>
  queuedAt: number
}

export interface UnsentInput {
  entries: readonly OutboxEntry[]
  titles: ReadonlyMap<string, string>
  findPerson: FindPerson
}

/** Refused first, as those need a decision; then what waits, in the order in which it will go. */
export function toUnsent({ entries, titles, findPerson }: UnsentInput): Unsent[] {
  const unsent = entries.filter(isUserAction).flatMap((entry): Unsent[] => {
    const delivery = toDelivery(entry.state)
    if (delivery.kind === 'sent') return []
    const { id, command, conversationId, queuedAt } = entry
    const conversationTitle = titles.get(conversationId) ?? null
    const text = 'text' in command && command.text !== '' ? command.text : null
    return [
      { id, command, conversationId, conversationTitle, what: describe(command, findPerson), text, delivery, queuedAt },
    ]
  })
  const isRefused = (item: Unsent) => item.delivery.kind === 'refused'
  return [...unsent.filter(isRefused), ...unsent.filter((item) => !isRefused(item))]
}

export function describe(command: Command, findPerson: FindPerson): string {
  const nameOf = (userId: string) => findPerson(userId).name
  switch (command.type) {
    case 'message.send':
      return describeMessage(command)
    case 'message.edit':
      return 'Edited message'
    case 'message.delete':
      return 'Delete a message'
    case 'direct.create':
      return `Conversation with ${nameOf(command.userId)}`
    case 'group.create':
      return `New group “${command.title}”`
    case 'group.rename':
      return `Rename to “${command.title}”`
    case 'group.picture':
      return command.picture === null ? 'Remove the group’s picture' : 'The group’s new picture'
    case 'group.describe':
      return command.description === '' ? 'Remove the group’s description' : 'Describe the group'
    case 'group.hand-over':
      return `Let ${nameOf(command.userId)} lead`
    case 'member.add':
      return `Add ${command.userIds.map(nameOf).join(', ')}`
    case 'member.remove':
      return `Remove ${nameOf(command.userId)}`
    case 'member.leave':
      return 'Leave the group'
    case 'profile.rename':
      return `Your new name “${command.name}”`
    case 'message.hide':
      return command.hidden ? 'Delete a message for you' : 'Bring a message back'
    case 'message.pin':
      return command.pinned ? 'Pin a message' : 'Take a pinned message down'
    case 'reaction.set':
      return command.on ? `React with ${command.emoji}` : `Take ${command.emoji} away`
    case 'conversation.set':
      return describeArranging(command)
    case 'preference.set':
      return describePreference(command)
    case 'block.set':
      return `${command.blocked ? 'Block' : 'Unblock'} ${nameOf(command.userId)}`
    case 'request.answer':
      return command.accepted ? 'Accept a request' : 'Decline a request'
    case 'member.leave-for-good':
      return command.forGood ? 'Leave the group for good' : 'Let others add you to a group again'
    case 'message.take-away':
      return 'Take a message away'
    case 'conversation.govern':
      return 'Who may write here, and how fast'
    case 'role.set':
      return `Make ${nameOf(command.userId)} ${ROLE_WORDS[command.role]}`
    case 'suspension.set':
      return `${command.reason === null ? 'Restore' : 'Suspend'} the account of ${nameOf(command.userId)}`
    case 'profile.picture':
      return command.picture === null ? 'Remove your picture' : 'Your new picture'
    case 'read':
      return 'Mark as read'
    case 'receive':
      return 'Tell what has arrived here'
    case 'draft.set':
      return 'Draft'
    default:
      return unreachable(command)
  }
}

const ROLE_WORDS = { member: 'a member', moderator: 'a moderator', operator: 'an operator' } as const

function describeMessage({ forwarded, replyToId, files = [] }: CommandOf<'message.send'>): string {
  const what = forwarded ? 'Forwarded message' : replyToId === null ? 'Message' : 'Reply'
  return files.length === 0 ? what : `${what} with ${countWords(files.length, 'file')}`
}

function describeArranging(command: CommandOf<'conversation.set'>): string {
  const { mutedUntil, pinned, archivedN, markedUnread } = command
  const changes = [
    mutedUntil === undefined ? null : mutedUntil === null ? 'unmute' : 'mute',
    pinned === undefined ? null : pinned ? 'pin' : 'unpin',
    archivedN === undefined ? null : archivedN === null ? 'take out of the archive' : 'archive',
    markedUnread === undefined ? null : markedUnread ? 'mark as unread' : 'mark as read',
  ].filter((change) => change !== null)
  const list = changes.join(', ')
  return list.charAt(0).toUpperCase() + list.slice(1)
}

const FROM_WORDS = {
  everybody: 'everybody',
  'shared-group': 'people in your groups',
  nobody: 'nobody',
} as const

function describePreference({ seen, presence, directFrom, addFrom }: CommandOf<'preference.set'>): string {
  const changes = [
    seen === undefined ? null : `what you have seen is ${seen ? 'shown' : 'not shown'}`,
    presence === undefined ? null : `that you are there is ${presence ? 'shown' : 'not shown'}`,
    directFrom === undefined ? null : `${FROM_WORDS[directFrom]} may write to you first`,
    addFrom === undefined ? null : `${FROM_WORDS[addFrom]} may add you to groups`,
  ].filter((change) => change !== null)
  return `Setting: ${changes.join(', ')}`
}
