import type { Command } from '../../shared/protocol/commands.ts'
import { unreachable } from '../../shared/unreachable.ts'
import type { OutboxEntry } from '../sync/database.ts'
import { isSpoken, toDelivery, type Delivery } from './pending.ts'
import type { FindPerson } from './person.ts'

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
  const unsent = entries.filter(isSpoken).flatMap((entry): Unsent[] => {
    const delivery = toDelivery(entry.state)
    if (delivery.kind === 'sent') return []
    const { id, command, conversationId, queuedAt } = entry
    const conversationTitle = titles.get(conversationId) ?? null
    const text = 'text' in command ? command.text : null
    return [{ id, command, conversationId, conversationTitle, what: describe(command, findPerson), text, delivery, queuedAt }]
  })
  const isRefused = (item: Unsent) => item.delivery.kind === 'refused'
  return [...unsent.filter(isRefused), ...unsent.filter((item) => !isRefused(item))]
}

export function describe(command: Command, findPerson: FindPerson): string {
  const nameOf = (userId: string) => findPerson(userId).name
  switch (command.type) {
    case 'message.send':
      return 'Message'
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
    case 'read':
      return 'Mark as read'
    default:
      return unreachable(command)
  }
}
