import { MENTIONS_MAX } from '../../../shared/protocol/limits.ts'
import type { CommandOf } from '../../../shared/protocol/commands.ts'
import { findMentionWords } from './mention-words.ts'
import { listMentionable } from './mentionable.ts'
import type { Session } from '../session.ts'

export type Mentioned = Pick<CommandOf<'message.send'>, 'mentions' | 'mentionsAll'>

/** Whom a text mentions of those who are in the conversation; a handle of somebody else is only a word. */
export async function findMentions(session: Session, conversationId: string, text: string): Promise<Mentioned> {
  const { handles, all } = findMentionWords(text)
  if (handles.length === 0 && !all) return { mentions: [], mentionsAll: false }
  const { kind, people } = await listMentionable(session, conversationId)
  const byHandle = new Map(people.map((person) => [person.handle, person.id]))
  const ids = handles.flatMap((readings) => {
    const known = readings.find((handle) => byHandle.has(handle))
    return known === undefined ? [] : (byHandle.get(known) ?? [])
  })
  return { mentions: [...new Set(ids)].slice(0, MENTIONS_MAX), mentionsAll: all && kind === 'group' }
}
