import { unreachable } from '../../../shared/unreachable.ts'
import type { QuestionView } from '../../data/classroom/views.ts'
import { reasonWords } from '../../data/classroom/ledger.ts'

export interface StateWords {
  tone: 'plain' | 'attention' | 'quiet'
  text: string
}

/** What staff read on a question that is not simply shown; null where there is nothing to say. */
export function toStateWords(
  question: QuestionView,
  numberOf: (questionId: string) => number | null,
): StateWords | null {
  switch (question.state) {
    case 'shown':
    case 'waiting':
      return null
    case 'held':
      return { tone: 'attention', text: 'Held' }
    case 'rephrase':
      return { tone: 'plain', text: 'To be rephrased' }
    case 'dismissed':
      return {
        tone: 'quiet',
        text: question.reason === null ? 'Dismissed' : `Dismissed: ${reasonWords(question.reason)}`,
      }
    case 'merged': {
      const n = question.mergedInto === null ? null : numberOf(question.mergedInto)
      return { tone: 'quiet', text: n === null ? 'Merged' : `Merged into ${n}` }
    }
    case 'withdrawn':
      return { tone: 'quiet', text: 'Withdrawn by the asker' }
    default:
      return unreachable(question.state)
  }
}
