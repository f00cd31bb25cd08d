import { MENTIONS_MAX } from '../../../shared/protocol/limits.ts'
import type { CommandOf } from '../../../shared/protocol/commands.ts'
import { findMentioned } from '../../../shared/text/find-mentioned.ts'
import { EVERYONE_HANDLE } from '../../../shared/text/mention-rule.ts'
import type { Person } from '../people/person.ts'
import { listMentionable } from './mentionable.ts'
import type { Session } from '../session.ts'

export type Mentioned = Pick<CommandOf<'message.send'>, 'mentions' | 'mentionsAll'>

/** Whom a text mentions of those who are in the conversation; a handle of somebody else is only a word. */
export async function findMentions(session: Session, conversationId: string, text: string): Promise<Mentioned> {
  if (!text.includes('@')) return { mentions: [], mentionsAll: false }
  const { kind, people } = await listMentionable(session, conversationId)
  return findMentionsAmong(text, people, kind === 'group')
}

/** `toAll` says whether `@everyone` means all of them; otherwise it is a word. */
export function findMentionsAmong(text: string, people: readonly Person[], toAll: boolean): Mentioned {
  const known = new Map<string, { id: string; name: string }>(people.map((person) => [person.handle, person]))
  if (toAll) known.set(EVERYONE_HANDLE, { id: EVERYONE_HANDLE, name: EVERYONE_HANDLE })
  const ids = [...findMentioned(text, known)].flatMap((handle) => known.get(handle)?.id ?? [])
  const mentionsAll = toAll && ids.includes(EVERYONE_HANDLE)
  return { mentions: ids.filter((id) => id !== EVERYONE_HANDLE).slice(0, MENTIONS_MAX), mentionsAll }
}
