import type { Observable } from 'dexie'
import { MENTIONS_MAX } from '../../../shared/protocol/limits.ts'
import type { CommandOf } from '../../../shared/protocol/commands.ts'
import { findMentioned } from '../../../shared/text/find-mentioned.ts'
import { EVERYONE_HANDLE, type Mentions } from '../../../shared/text/mention-rule.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
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

/** How many others `@everyone` in this text calls; 0 where it calls nobody. */
export async function countCalled(session: Session, conversationId: string, text: string): Promise<number> {
  if (!text.includes('@')) return 0
  const { kind, people } = await listMentionable(session, conversationId)
  if (kind !== 'group' || !findMentionsAmong(text, people, true).mentionsAll) return 0
  return people.filter(({ id }) => id !== session.account.userId).length
}

/** Who can be meant by an @ in a conversation, by handle; nobody while there is `none`, and then nothing is watched. */
export function watchMentions(session: Session, conversationId: string, none = false): Observable<Mentions> {
  return liveQuery(async () => {
    if (none) return toMentions([], false)
    const { kind, people } = await listMentionable(session, conversationId)
    return toMentions(people, kind === 'group')
  })
}

/** `toAll` says whether `@everyone` means all of them; otherwise it is a word. */
export function findMentionsAmong(text: string, people: readonly Person[], toAll: boolean): Mentioned {
  const known = toMentions(people, toAll)
  const ids = [...findMentioned(text, known)].flatMap((handle) => known.get(handle)?.id ?? [])
  const mentionsAll = toAll && ids.includes(EVERYONE_HANDLE)
  return { mentions: ids.filter((id) => id !== EVERYONE_HANDLE).slice(0, MENTIONS_MAX), mentionsAll }
}

function toMentions(people: readonly Person[], toAll: boolean): Mentions {
  const known = new Map<string, { id: string; name: string }>(people.map((person) => [person.handle, person]))
  if (toAll) known.set(EVERYONE_HANDLE, { id: EVERYONE_HANDLE, name: EVERYONE_HANDLE })
  return known
}
