import { countWords } from '../../data/count-words.ts'
import type { ConversationDetail } from '../../data/conversations/conversation-detail.ts'
import type { Person } from '../../data/people/person.ts'
import type { FindPresence } from '../../data/people/watch-presence.ts'
import { isolate } from '../../ui/isolate.ts'
import { shortName } from '../../ui/short-name.ts'
import { toPresenceWords } from '../presence-words.ts'

export interface AboutInput {
  detail: Pick<ConversationDetail, 'kind' | 'other' | 'members'>
  typists: readonly Person[]
  findPresence: FindPresence
  now: number
}

const NAMED_TYPISTS_MAX = 2

/** What stands under a conversation's name: who types; who is there; or else who is in it. */
export function toAboutLine({ detail, typists, findPresence, now }: AboutInput): { text: string; live: boolean } {
  if (typists.length > 0) return { text: toTyping(detail.kind === 'direct', typists), live: true }
  switch (detail.kind) {
    case 'everyone':
      return { text: 'All who have an account here', live: false }
    case 'direct':
      return toPresenceLine(detail.other, findPresence, now)
    case 'group':
      return { text: toMembersLine(detail.members, findPresence), live: false }
  }
}

function toTyping(alone: boolean, typists: readonly Person[]): string {
  if (alone) return 'typing …'
  if (typists.length > NAMED_TYPISTS_MAX) return `${typists.length} people are typing …`
  const names = typists.map(({ name }) => isolate(shortName(name))).join(' and ')
  return `${names} ${typists.length === 1 ? 'is' : 'are'} typing …`
}

function toPresenceLine(
  other: Person | null,
  findPresence: FindPresence,
  now: number,
): { text: string; live: boolean } {
  if (other === null) return { text: '', live: false }
  const presence = findPresence(other.id)
  const words = toPresenceWords(presence, now)
  if (words !== '') return { text: words.charAt(0).toUpperCase() + words.slice(1), live: presence.kind === 'there' }
  return { text: other.handle === '' ? '' : `@${other.handle}`, live: false }
}

function toMembersLine(members: ConversationDetail['members'], findPresence: FindPresence): string {
  const count = members.length
  const here = members.filter(({ me, person }) => !me && findPresence(person.id).kind === 'there').length
  const names = members.map(({ me, person }) => (me ? 'You' : person.name)).join(', ')
  return `${countWords(count, 'member')}${here > 0 ? `, ${here} here now` : ''}: ${names}`
}
