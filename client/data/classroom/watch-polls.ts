import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { PollRow } from '../../../shared/classroom/rows.ts'
import type { OwnChoice } from '../../sync/classroom/database.ts'
import { listPending, pendingOf, type Pending } from './pending-commands.ts'
import type { OpenedClassroom } from './opened-classroom.ts'
import type { PollView } from './views.ts'

/** All polls in the order in which they were made, with what waits on this device laid over. */
export function watchPolls({ db }: OpenedClassroom): Observable<PollView[]> {
  return liveQuery(async () => {
    const [rows, choices, entries] = await Promise.all([db.polls.toArray(), db.choices.toArray(), db.outbox.toArray()])
    return toPollViews(rows, choices, listPending(entries))
  })
}

/** Ids of polls grow with time, because staff make them. */
export function toPollViews(
  rows: readonly PollRow[],
  choices: readonly OwnChoice[],
  pending: readonly Pending[],
): PollView[] {
  const views = rows
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .map(({ type: _, seq: __, ...row }) => withChoice(row, choices, pending))
  return [...views, ...listMade(rows, pending)]
}

function withChoice(
  row: Omit<PollRow, 'type' | 'seq'>,
  choices: readonly OwnChoice[],
  pending: readonly Pending[],
): PollView {
  const answer = pendingOf(pending, 'poll.answer').findLast(({ command }) => command.pollId === row.id)
  const changes = pendingOf(pending, 'poll.set').filter(({ command }) => command.pollId === row.id)
  const view: PollView = {
    ...row,
    myChoice: answer?.command.choice ?? choices.find(({ pollId }) => pollId === row.id)?.choice ?? null,
    waiting: (answer?.waits ?? false) || changes.some(({ waits }) => waits),
  }
  for (const { command } of changes) {
    if (command.state !== undefined) view.state = command.state
    if (command.revealed !== undefined) view.revealed = command.revealed
  }
  return view
}

/** A scale has its own options, as the server gives them. */
const SCALE = ['1', '2', '3', '4', '5']

function listMade(rows: readonly PollRow[], pending: readonly Pending[]): PollView[] {
  const here = new Set(rows.map(({ id }) => id))
  return pendingOf(pending, 'poll.create')
    .filter(({ command }) => !here.has(command.id))
    .map(({ command, waits }) => {
      const { id, kind, question, results } = command
      const options = kind === 'scale' ? SCALE : command.options
      const row = { id, kind, question, options, results, revealed: false, answers: 0, counts: null }
      return { ...withChoice({ ...row, state: 'open' }, [], pending), waiting: waits }
    })
}
