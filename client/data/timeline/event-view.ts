import type { EventRow } from '../../../shared/protocol/rows.ts'
import type { FindPerson, Person } from '../people/person.ts'

/** What happened to a group, with the people whom it is about. */
export type GroupChange =
  | { kind: 'began' | 'renamed'; title: string }
  | { kind: 'added' | 'asked' | 'removed'; people: readonly Person[] }
  | { kind: 'left'; people: readonly Person[]; leader: Person | null }
  | { kind: 'handed-over'; leader: Person }
  | { kind: 'joined' }
  | { kind: 'picture' | 'description'; isSet: boolean }
  | Extract<EventRow['change'], { kind: 'governed' }>

export interface EventView {
  id: string
  /** The message that it stands after. */
  n: number
  at: number
  by: Person
  change: GroupChange
}

/** In the order of what happened, each with the names that people have now. */
export function toEventViews(rows: readonly EventRow[], findPerson: FindPerson): EventView[] {
  return rows
    .toSorted((one, other) => one.n - other.n || one.seq - other.seq)
    .map(({ id, n, at, byId, change }) => ({
      ...{ id, n, at, by: findPerson(byId) },
      change: toChange(change, byId, findPerson),
    }))
}

function toChange(change: EventRow['change'], byId: string, findPerson: FindPerson): GroupChange {
  switch (change.kind) {
    case 'added':
    case 'asked':
      return { kind: change.kind, people: change.userIds.map(findPerson) }
    case 'removed':
      return { kind: 'removed', people: [findPerson(change.userId)] }
    case 'left': {
      const { leaderId } = change
      return { kind: 'left', people: [findPerson(byId)], leader: leaderId === null ? null : findPerson(leaderId) }
    }
    case 'handed-over':
      return { kind: 'handed-over', leader: findPerson(change.userId) }
    default:
      return change
  }
}

/**
 * What one person did in a row is one line: whom they added or put out, those who left one after another, and of several
 * names or pictures the last.
 */
export function foldEvents(events: readonly EventView[]): EventView[] {
  const folded: EventView[] = []
  for (const event of events) {
    const before = folded.at(-1)
    const change = before === undefined ? undefined : join(before, event)
    if (change === undefined) folded.push(event)
    else folded[folded.length - 1] = { ...event, change }
  }
  return folded
}

function join(before: EventView, { by, change }: EventView): GroupChange | undefined {
  const { change: former } = before
  if (former.kind === 'left' && change.kind === 'left') {
    if (former.leader !== null) return undefined
    return { ...change, people: [...former.people, ...change.people] }
  }
  if (before.by.id !== by.id) return undefined
  switch (change.kind) {
    case 'added':
    case 'asked':
    case 'removed':
      return former.kind === change.kind
        ? { kind: change.kind, people: [...former.people, ...change.people] }
        : undefined
    case 'renamed':
    case 'picture':
    case 'description':
    case 'governed':
      return former.kind === change.kind ? change : undefined
    default:
      return undefined
  }
}
