import type { QuestionRow, ReplyRow } from '../../../shared/classroom/rows.ts'
import type { OwnReceipt } from '../../sync/classroom/database.ts'
import type { Upload } from '../../sync/database.ts'
import { fromMessageFiles, fromUpload } from '../messages/file-view.ts'
import { pendingOf, type Pending } from './pending-commands.ts'
import type { ReplyView } from './views.ts'

export interface ReplyInput {
  kind: 'student' | 'staff'
  /** Under which one answers as staff. */
  myName: string | null
  questionId: string
  questions: readonly QuestionRow[]
  replies: readonly ReplyRow[]
  receipts: readonly OwnReceipt[]
  /** What waits on this device to go with an answer. */
  uploads: readonly Upload[]
  pending: readonly Pending[]
}

/** A question's thread in the order in which it was written, with what waits on this device laid over. */
export function toReplyViews(input: ReplyInput): ReplyView[] {
  const { kind, questionId, pending, myName } = input
  const receipts = new Map(input.receipts.filter(({ of }) => of !== 'question').map((own) => [own.id, own]))
  const rows = input.replies.filter((row) => row.questionId === questionId)
  const views = rows
    .filter((row) => kind === 'staff' || row.state === 'shown' || receipts.has(row.id))
    .sort((one, other) => one.at - other.at || one.seq - other.seq)
    .map((row): ReplyView => {
      const own = receipts.get(row.id)
      const isMyAnswer = kind === 'staff' && row.by === 'staff' && row.staffName === myName
      const { type: _, seq: __, questionId: ___, files, ...rest } = row
      const text = row.text ?? own?.text ?? null
      const mine = own !== undefined || isMyAnswer
      return { ...rest, text, mine, files: fromMessageFiles(files), ...layOver(row, pending) }
    })
  const here = new Set(input.replies.map(({ id }) => id))
  return [...views, ...listWritten(input).filter(({ id }) => !here.has(id))]
}

type Layer = Pick<ReplyView, 'waiting'> & Partial<Pick<ReplyView, 'text' | 'state' | 'endorsed' | 'edited' | 'files'>>

function layOver(row: ReplyRow, pending: readonly Pending[]): Layer {
  const withdrawals = pendingOf(pending, 'reply.withdraw').filter(({ command }) => command.replyId === row.id)
  const judgements = pendingOf(pending, 'reply.judge').filter(({ command }) => command.replyId === row.id)
  const layer: Layer = { waiting: null }
  for (const { command, waits } of judgements) {
    if (waits) layer.waiting = 'act'
    if (command.state !== undefined) layer.state = command.state
    if (command.endorsed !== undefined) layer.endorsed = command.endorsed
    if (command.text !== undefined) Object.assign(layer, { text: command.text, edited: true })
    if (command.state === 'withdrawn') Object.assign(layer, { text: null, files: [] })
  }
  for (const { waits } of withdrawals)
    Object.assign(layer, { state: 'withdrawn', text: null, ...(waits && WITHDRAWING) })
  return layer
}

const WITHDRAWING = { waiting: 'withdraw' } as const

function listWritten({ questionId, questions, pending, myName, uploads }: ReplyInput): ReplyView[] {
  const filesOf = (replyId: string) =>
    uploads
      .filter(({ messageId }) => messageId === replyId)
      .sort((one, other) => one.place - other.place)
      .map(fromUpload)
  const isHere = (id: string) =>
    id === questionId || questions.some((row) => row.id === id && row.mergedInto === questionId)
  return pending.flatMap(({ command, waits }): ReplyView[] => {
    const common = { mine: true, at: null, edited: false, endorsed: false, state: 'waiting' } as const
    switch (command.type) {
      case 'reply.follow-up':
      case 'reply.post': {
        if (!isHere(command.questionId)) return []
        const by = command.type === 'reply.post' ? 'someone' : 'asker'
        const { id, text } = command
        return [{ ...common, id, text, by, staffName: null, waiting: waits ? 'post' : null, files: [] }]
      }
      case 'reply.answer': {
        if (!isHere(command.questionId)) return []
        const { id, text } = command
        const answer = { ...common, id, text, by: 'staff', staffName: myName, files: filesOf(id) } as const
        return [{ ...answer, waiting: waits ? 'act' : null }]
      }
      default:
        return []
    }
  })
}
