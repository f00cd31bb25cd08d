import type { QuestionRow } from '../../../shared/classroom/rows.ts'
import type { Pending } from './pending-commands.ts'

/** The questions as they will be once what staff did on this device is done. */
export function applyPending(rows: readonly QuestionRow[], pending: readonly Pending[]): QuestionRow[] {
  const questions = new Map(rows.map((row) => [row.id, row]))
  const change = (id: string, changed: Partial<QuestionRow>) => {
    const row = questions.get(id)
    if (row !== undefined) questions.set(id, { ...row, ...changed })
  }
  for (const { command } of pending) {
    switch (command.type) {
      case 'question.judge': {
        const { questionId, state, reason, note } = command
        change(questionId, { state, reason, note, mergedInto: null })
        break
      }
      case 'question.mark': {
        const { questionId, pinned, answered, muted } = command
        change(questionId, {
          ...(pinned !== undefined && { pinned }),
          ...(answered !== undefined && { answered }),
          ...(muted !== undefined && { muted }),
        })
        break
      }
      case 'question.merge': {
        const { questionId, into } = command
        const [row, target] = [questions.get(questionId), questions.get(into)]
        if (row === undefined || target === undefined) break
        for (const one of questions.values()) {
          if (one.id === questionId || one.mergedInto === questionId) change(one.id, { mergedInto: into })
        }
        change(questionId, { state: 'merged' })
        change(into, { votes: target.votes + row.votes })
        break
      }
      case 'reply.answer':
        change(command.questionId, { answered: 'text' })
        break
      default:
    }
  }
  return [...questions.values()]
}
