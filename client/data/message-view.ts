import type { MessageRow } from '../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../sync/database.ts'
import { entriesOf, SENT, toDelivery, type Delivery } from './pending.ts'
import type { FindPerson, Person } from './person.ts'

/** A message that took longer than this to arrive says when it was written. */
export const LATE_MS = 5 * 60_000

/** A change to a message that is there already: shown at once unless it was refused. */
export interface PendingChange {
  kind: 'edit' | 'delete'
  commandId: string
  /** What the edit would have made of it; empty for a deletion. */
  text: string
  delivery: Delivery
}

export interface MessageView {
  id: string
  /** Its place in the conversation, or null while the server has not placed it. */
  n: number | null
  author: Person
  mine: boolean
  /** Null once it was deleted. */
  text: string | null
  writtenAt: number
  /** When the server took it; while it has no place, when it was written. */
  at: number
  late: boolean
  edited: boolean
  delivery: Delivery
  change: PendingChange | null
}

export interface MergeInput {
  myId: string
  /** By ascending n. */
  rows: readonly MessageRow[]
  /** Those of this conversation, in the order in which they were written. */
  entries: readonly OutboxEntry[]
  findPerson: FindPerson
}

/** The conversation as its reader should see it: what the server placed, then what is still on its way. */
export function mergeMessages({ myId, rows, entries, findPerson }: MergeInput): MessageView[] {
  const changes = latestChanges(entries)
  const placed = rows.map((row): MessageView =>
    withChange(
      {
        id: row.id,
        n: row.n,
        author: findPerson(row.authorId),
        mine: row.authorId === myId,
        text: row.text,
        writtenAt: row.writtenAt,
        at: row.sentAt,
        late: row.sentAt - row.writtenAt > LATE_MS,
        edited: row.editedAt !== null,
        delivery: SENT,
        change: null,
      },
      changes.get(row.id),
    ),
  )
  const here = new Set(rows.map((row) => row.id))
  const me = findPerson(myId)
  const pending = entriesOf(entries, 'message.send')
    .filter((entry) => !here.has(entry.id))
    .map(({ id, command, state }): MessageView =>
      withChange(
        {
          id,
          n: null,
          author: me,
          mine: true,
          text: command.text,
          writtenAt: command.writtenAt,
          at: command.writtenAt,
          late: false,
          edited: false,
          delivery: toDelivery(state),
          change: null,
        },
        changes.get(id),
      ),
    )
  return [...placed, ...pending]
}

function latestChanges(entries: readonly OutboxEntry[]): Map<string, PendingChange> {
  const changes = new Map<string, PendingChange>()
  for (const { id, command, state } of entries) {
    if (command.type !== 'message.edit' && command.type !== 'message.delete') continue
    changes.set(command.messageId, {
      kind: command.type === 'message.edit' ? 'edit' : 'delete',
      commandId: id,
      text: command.type === 'message.edit' ? command.text : '',
      delivery: toDelivery(state),
    })
  }
  return changes
}

function withChange(view: MessageView, change: PendingChange | undefined): MessageView {
  if (change === undefined) return view
  if (change.delivery.kind === 'refused') return { ...view, change }
  if (change.kind === 'delete') return { ...view, text: null, change }
  return view.text === null ? view : { ...view, text: change.text, edited: true, change }
}
