import type { ReactionRow } from '../../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../../sync/database.ts'
import { entriesOf, isOptimistic, isWaiting } from '../outbox/pending.ts'
import type { FindPerson, Person } from '../people/person.ts'

/** One emoji under a message. */
export interface ReactionView {
  emoji: string
  /** Whose it is, who came first stands first. */
  people: Person[]
  /** Whether it is one of one's own. */
  mine: boolean
  /** One's own, and the server has not heard of it, or not that it was taken away. */
  waiting: boolean
}

/** What is under each message, by message id, each in the order in which its emoji first came. */
export function toReactions(
  myId: string,
  rows: readonly ReactionRow[],
  entries: readonly OutboxEntry[],
  findPerson: FindPerson,
): Map<string, ReactionView[]> {
  const all = new Map<string, Map<string, ReactionView>>()
  const at = (messageId: string, emoji: string): ReactionView => {
    const under = all.get(messageId) ?? new Map<string, ReactionView>()
    const view = under.get(emoji) ?? { emoji, people: [], mine: false, waiting: false }
    all.set(messageId, under.set(emoji, view))
    return view
  }
  for (const row of [...rows].sort((a, b) => a.seq - b.seq)) {
    for (const emoji of row.emoji) {
      const view = at(row.messageId, emoji)
      view.people.push(findPerson(row.userId))
      if (row.userId === myId) view.mine = true
    }
  }
  for (const entry of entriesOf(entries, 'reaction.set').filter(isOptimistic)) {
    const { messageId, emoji, on } = entry.command
    const view = at(messageId, emoji)
    view.waiting = isWaiting(entry)
    if (view.mine === on) continue
    view.mine = on
    view.people = on ? [...view.people, findPerson(myId)] : view.people.filter((person) => person.id !== myId)
  }
  return new Map(
    [...all].map(([messageId, under]) => [messageId, [...under.values()].filter((view) => view.people.length > 0)]),
  )
}
