import type { LimitName } from '../../shared/operate/limits.ts'
import type { Command } from '../../shared/protocol/commands.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { LimitedCaller } from './callers.ts'

/** How much of one limit something takes. */
export interface Demand {
  name: LimitName
  amount: number
  /** Where it is counted by more than who does it. */
  of?: string
}

/** What a command takes of which limits. */
export function toDemands(command: Command, caller: Pick<LimitedCaller, 'userId' | 'isModerator'>): Demand[] {
  return [{ name: 'commands', amount: 1 }, ...toOwnDemands(command, caller)]
}

function toOwnDemands(
  command: Command,
  { userId, isModerator }: Pick<LimitedCaller, 'userId' | 'isModerator'>,
): Demand[] {
  switch (command.type) {
    case 'message.send':
    case 'message.edit': {
      const isCounted = command.conversationId === EVERYONE_ID && !isModerator
      const bytes = Buffer.byteLength(command.text)
      return [
        { name: 'messages', amount: 1 },
        { name: 'messageBytes', amount: bytes },
        ...(isCounted ? toEveryone(bytes) : []),
      ]
    }
    case 'reaction.set':
      return [{ name: 'reactions', amount: 1 }]
    case 'direct.create':
      return [{ name: 'conversations', amount: 1 }]
    case 'group.create':
      return [{ name: 'groups', amount: 1 }, ...toAdded(command.userIds, userId)]
    case 'member.add':
      return toAdded(command.userIds, userId)
    default:
      return []
  }
}

/** Everybody's devices get it. */
function toEveryone(bytes: number): Demand[] {
  return [
    { name: 'messagesToEveryone', amount: 1 },
    { name: 'bytesToEveryone', amount: bytes },
  ]
}

function toAdded(userIds: readonly string[], adderId: string): Demand[] {
  const others = [...new Set(userIds)].filter((id) => id !== adderId)
  if (others.length === 0) return []
  return [
    { name: 'peopleAdded', amount: others.length },
    ...others.map((of) => ({ name: 'samePersonAdded', amount: 1, of }) as const),
  ]
}
