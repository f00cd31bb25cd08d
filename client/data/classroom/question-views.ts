import type { QuestionRow, ReplyRow } from '../../../shared/classroom/rows.ts'
import type { OwnReceipt } from '../../sync/classroom/database.ts'
import { describeNews } from '../../sync/classroom/news.ts'
import { groupBy } from '../group-by.ts'
import { applyPending } from './apply-pending.ts'
import { pendingOf, type Pending } from './pending-commands.ts'
import { toPhotoView, type CarriedPhoto } from './photo-view.ts'
import type { QuestionView } from './views.ts'

export interface QuestionInput {
  kind: 'student' | 'staff'
  questions: readonly QuestionRow[]
  replies: readonly ReplyRow[]
  receipts: readonly OwnReceipt[]
  photos: readonly CarriedPhoto[]
  /** The questions that this browser voted for. */
  votes: ReadonlySet<string>
  pending: readonly Pending[]
}

/** All questions that one may see, by their number, with what waits on this device laid over; waiting ones last. */
export function toQuestionViews(input: QuestionInput): QuestionView[] {
  const { kind, pending } = input
  const rows = applyPending(input.questions, pending)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const replies = groupBy(input.replies, ({ questionId }) => questionId)
  const receipts = new Map(input.receipts.filter(({ of }) => of === 'question').map((own) => [own.id, own]))
  const photos = new Map(input.photos.map((photo) => [photo.questionId, photo]))
  const votes = castVotes(input.votes, pending)
  const voters = new Set([...votes].map((id) => byId.get(id)?.mergedInto ?? id))
  const views = rows
    .filter((row) => kind === 'staff' || row.state === 'shown' || receipts.has(row.id))
    .sort((one, other) => one.n - other.n)
    .map((row): QuestionView => {
      const own = receipts.get(row.id)
      const target = row.mergedInto === null ? row : (byId.get(row.mergedInto) ?? row)
      const shown = (replies.get(row.id) ?? []).filter(({ state }) => state === 'shown')
      const { type: _, seq: __, photo, ...rest } = row
      return {
        ...rest,
        text: row.text ?? own?.text ?? null,
        name: row.name ?? own?.name ?? null,
        votes: row.votes + countVoteChanges(row.id, votes, pending),
        mine: own !== undefined,
        voted: voters.has(row.id) || votes.has(row.id),
        replies: shown.length,
        answers: shown.filter(({ by }) => by === 'staff').length,
        news: own !== undefined && isNews(own, describeNews(row, target, replies.get(target.id) ?? [])),
        photo: NO_PHOTO.includes(row.state)
          ? null
          : toPhotoView(photo, row.state === 'shown' ? undefined : photos.get(row.id)),
        ...layOver(row, pending),
      }
    })
  return [...views, ...listAsked(byId, pending, photos)]
}

/** What is not to be seen any more is seen by nobody: neither by its asker nor, while that waits, by who decided it. */
const NO_PHOTO: readonly QuestionRow['state'][] = ['dismissed', 'withdrawn']

function isNews({ looked, text }: OwnReceipt, now: string): boolean {
  return looked !== null && text !== null && looked !== now
}

type Layer = Pick<QuestionView, 'waiting' | 'sendAfter'> &
  Partial<Pick<QuestionView, 'text' | 'state' | 'edited' | 'photo'>>

/** What waits about a question that the server has. */
function layOver(row: QuestionRow, pending: readonly Pending[]): Layer {
  const about = pending.filter(({ command }) => 'questionId' in command && command.questionId === row.id)
  const waiting = about.map((one) => ({ ...one, kind: kindOf(one) })).find(({ waits, kind }) => waits && kind !== null)
  const layer: Layer = { waiting: waiting?.kind ?? null, sendAfter: waiting?.sendAfter ?? null }
  const edit = pendingOf(about, 'question.edit').at(-1)
  if (edit !== undefined) Object.assign(layer, { text: edit.command.text, edited: true })
  if (pendingOf(about, 'question.withdraw').length > 0)
    Object.assign(layer, { text: null, state: 'withdrawn', photo: null })
  if (pendingOf(about, 'photo.remove').length > 0) layer.photo = null
  return layer
}

function kindOf({ command }: Pending): QuestionView['waiting'] {
  switch (command.type) {
    case 'question.edit':
      return 'edit'
    case 'question.withdraw':
      return 'withdraw'
    case 'vote.cast':
    case 'vote.retract':
      return 'vote'
    case 'question.judge':
    case 'question.mark':
    case 'question.merge':
    case 'photo.remove':
      return 'act'
    default:
      return null
  }
}

function listAsked(
  known: ReadonlyMap<string, QuestionRow>,
  pending: readonly Pending[],
  photos: ReadonlyMap<string, CarriedPhoto>,
): QuestionView[] {
  return pendingOf(pending, 'question.ask')
    .filter(({ command }) => !known.has(command.id))
    .map(({ command, waits, sendAfter }) => {
      const edit = pendingOf(pending, 'question.edit').findLast((one) => one.command.questionId === command.id)
      const isWithdrawn = pendingOf(pending, 'question.withdraw').some((one) => one.command.questionId === command.id)
      return {
        ...{ id: command.id, n: null, name: command.name, askedAt: null, edited: edit !== undefined },
        text: isWithdrawn ? null : (edit?.command.text ?? command.text),
        state: isWithdrawn ? 'withdrawn' : 'waiting',
        ...{ reason: null, note: null, mergedInto: null, pinned: false, answered: 'no', muted: false },
        ...{ votes: 0, mine: true, voted: false, replies: 0, answers: 0, news: false },
        waiting: waits ? 'ask' : null,
        photo: isWithdrawn ? null : toPhotoView(undefined, photos.get(command.id)),
        sendAfter,
      }
    })
}

/** The questions that this browser's votes will be on. */
function castVotes(votes: ReadonlySet<string>, pending: readonly Pending[]): Set<string> {
  const cast = new Set(votes)
  for (const { command } of pending) {
    if (command.type === 'vote.cast') cast.add(command.questionId)
    if (command.type === 'vote.retract') cast.delete(command.questionId)
  }
  return cast
}

/** How far the rows' count is behind what was done here. */
function countVoteChanges(id: string, cast: ReadonlySet<string>, pending: readonly Pending[]): number {
  const changes = pending.filter(
    ({ command }) => (command.type === 'vote.cast' || command.type === 'vote.retract') && command.questionId === id,
  )
  if (changes.length === 0) return 0
  // Before the first of them the row counted what that one changed.
  const counted = changes[0]?.command.type === 'vote.retract'
  return Number(cast.has(id)) - Number(counted)
}
