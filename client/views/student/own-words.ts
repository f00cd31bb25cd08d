import { reasonWords } from '../../data/classroom/ledger.ts'
import type { QuestionView } from '../../data/classroom/views.ts'
import { toClock } from '../../ui/time.ts'
import { unreachable } from '../../../shared/unreachable.ts'

export interface OwnWords {
  tone: 'waiting' | 'well' | 'plain' | 'attention'
  /** One or two words. */
  title: string
  /** What it means, and what happens next. */
  text: string
}

/** What waits for a moment of its own goes out so long after it at most. */
export const MOMENT_MS = 60_000

const AT_RANDOM =
  'It goes out by itself within a minute after the network is back, at a random moment, so that the moment tells nobody whose it is.'

/** What became of one's own question, plainly. */
export function toOwnWords(question: QuestionView): OwnWords {
  if (question.waiting === 'withdraw') {
    return { tone: 'waiting', title: 'Being withdrawn', text: AT_RANDOM }
  }
  if (question.waiting === 'edit') return { tone: 'waiting', title: 'Edit waiting', text: AT_RANDOM }
  switch (question.state) {
    case 'waiting':
      return { tone: 'waiting', title: 'Waiting', text: toWaitingWords(question) }
    case 'held':
      return { tone: 'plain', title: 'Held', text: 'The staff look at it before all can see it.' }
    case 'rephrase':
      return { tone: 'attention', title: 'Please rephrase', text: 'The staff ask you to put it in other words.' }
    case 'dismissed':
      return {
        tone: 'attention',
        title: question.reason === null ? 'Dismissed' : `Dismissed: ${reasonWords(question.reason)}`,
        text: 'It is not shown to others.',
      }
    case 'merged':
      return { tone: 'well', title: 'Merged', text: 'Others ask the same. Votes and answers are there:' }
    case 'withdrawn':
      return {
        tone: 'plain',
        title: 'Withdrawn',
        text: 'What it said and showed is gone from the server. That it was asked is still counted.',
      }
    case 'shown':
      return toShownWords(question)
    default:
      return unreachable(question.state)
  }
}

/** A photo goes up before its question. */
function toWaitingWords({ photo }: QuestionView): string {
  const percent = Math.floor((photo?.sent ?? 0) * 100)
  return percent > 0 && percent < 100 ? `Its photo goes first: ${percent}% of it is there.` : AT_RANDOM
}

/** What to say at once of a question that was asked a moment ago: success only once the server has it. */
export function toAskedLine(question: QuestionView, isLive: boolean): string {
  if (question.state === 'held') return 'Asked. The staff look at it before all can see it.'
  if (question.waiting !== 'ask') return 'Asked.'
  if (!isLive) return 'Kept on this device. It is asked when the network is back.'
  return question.sendAfter === null
    ? 'Sending …'
    : `It goes out by itself before ${toClock(question.sendAfter + MOMENT_MS)}.`
}

function toShownWords({ answered }: QuestionView): OwnWords {
  switch (answered) {
    case 'text':
      return { tone: 'well', title: 'Answered', text: 'The answer is in its thread.' }
    case 'aloud':
      return { tone: 'well', title: 'Answered aloud', text: 'It was answered in the room.' }
    case 'no':
      return { tone: 'plain', title: 'Shown', text: 'All in the classroom can see it.' }
    default:
      return unreachable(answered)
  }
}
