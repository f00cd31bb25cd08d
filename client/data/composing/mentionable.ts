import { toDetail } from '../conversations/conversation-detail.ts'
import type { ConversationKind } from '../conversations/conversation-summary.ts'
import { listRelatedEntries } from '../outbox/related-entries.ts'
import { listPeople } from '../people/directory.ts'
import { peopleNamedIn } from '../outbox/pending.ts'
import { createFindPerson, type Person } from '../people/person.ts'
import type { Session } from '../session.ts'

export interface Mentionable {
  /** Null when this device knows of no such conversation. */
  kind: ConversationKind | null
  /** Who is in it, oneself included. */
  people: readonly Person[]
}

/** Who can be mentioned in a conversation: its members, or everyone registered. */
export async function listMentionable(session: Session, conversationId: string): Promise<Mentionable> {
  const { db, account } = session
  const [conversation, entries] = await Promise.all([
    db.conversations.get(conversationId),
    listRelatedEntries(db, conversationId),
  ])
  if (conversation?.kind === 'everyone') return { kind: 'everyone', people: await listPeople(db) }
  const members = await db.members.where('conversationId').equals(conversationId).toArray()
  const named = [account.userId, ...members.map((row) => row.userId), ...peopleNamedIn(entries)]
  const users = await db.users.bulkGet([...new Set(named)])
  const detail = toDetail({
    ...{ myId: account.userId, conversationId, conversation, members, entries, withUserId: null },
    ...{ setting: undefined, lastN: 0, now: 0 },
    findPerson: createFindPerson(
      users.filter((user) => user !== undefined),
      entries,
      account.userId,
    ),
  })
  return { kind: detail?.kind ?? null, people: detail?.members.map(({ person }) => person) ?? [] }
}
