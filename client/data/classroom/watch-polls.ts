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

/** A row that was stored by a page of before knows of no quiz. */
type StoredPoll = Omit<PollRow, 'quiz' | 'right'> & Partial<PollRow>

/** Ids of polls grow with time, because staff make them. */
export function toPollViews(
  rows: readonly StoredPoll[],
  choices: readonly OwnChoice[],
  pending: readonly Pending[],
): PollView[] {
  const views = rows
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .map(({ type: _, seq: __, quiz = false, right = null, ...row }) =>
      withChoice({ ...row, quiz, right }, choices, pending),
    )
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
    // As the server does: what is right is never shown while it takes answers.
    if (view.quiz && command.revealed === true) view.state = 'closed'
    else if (view.quiz && command.state === 'open') view.revealed = false
  }
  return view
}

/** A scale has its own options, as the server gives them. */
const SCALE = ['1', '2', '3', '4', '5']

function listMade(rows: readonly StoredPoll[], pending: readonly Pending[]): PollView[] {
  const here = new Set(rows.map(({ id }) => id))
  return pendingOf(pending, 'poll.create')
    .filter(({ command }) => !here.has(command.id))
    .map(({ command, waits }) => {
      const { id, kind, question, results, right = null } = command
      const options = kind === 'scale' ? SCALE : command.options
      const made = { id, kind, question, options, results, quiz: right !== null, right }
      const row = { ...made, revealed: false, answers: 0, counts: null }
      return { ...withChoice({ ...row, state: 'open' }, [], pending), waiting: waits }
    })
}
