import type { Command } from './commands.ts'

const BEGINS: readonly Command['type'][] = ['direct.create', 'group.create']
/** After these one may not do any more what one did before. */
const GIVES_UP: readonly Command['type'][] = ['member.leave', 'group.hand-over']
/** What is said, and who hears it. */
const TOLD: readonly Command['type'][] = ['message.send', 'member.add', 'member.remove', 'group.hand-over']

/**
 * Whether `later`, which somebody wrote after `earlier`, has to stay behind it when `earlier` waits. Both ends keep to it: a
 * device does not send it before, and a server that slowed `earlier` down does not take it before.
 */
export function staysBehind(later: Command, earlier: Command): boolean {
  if (placeOf(later) !== placeOf(earlier)) return false
  if (BEGINS.includes(earlier.type) || GIVES_UP.includes(later.type) || later.type === earlier.type) return true
  if ('messageId' in later && 'messageId' in earlier && later.messageId === earlier.messageId) return true
  if (!TOLD.includes(later.type) || !TOLD.includes(earlier.type)) return false
  // Whoever is added has what was said before: only who is named has to be there.
  if (earlier.type === 'member.add' && later.type === 'message.send') return later.mentions.length > 0
  return true
}

/** The conversation it belongs to, or an empty string. */
export function placeOf(command: Command): string {
  return 'conversationId' in command ? command.conversationId : ''
}
