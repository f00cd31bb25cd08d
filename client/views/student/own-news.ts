import type { QuestionView } from '../../data/classroom/views.ts'
import { toOwnWords } from './own-words.ts'

/** What became of one's own questions between two looks at them, a sentence each, to be said aloud. */
export function listOwnNews(before: readonly QuestionView[], now: readonly QuestionView[]): string[] {
  const earlier = new Map(before.map((question) => [question.id, question]))
  return now
    .filter(({ mine }) => mine)
    .flatMap((question) => {
      const was = earlier.get(question.id)
      return was === undefined ? [] : (toSentence(was, question) ?? [])
    })
}

function toSentence(was: QuestionView, is: QuestionView): string | null {
  const name = is.n === null ? 'Your question' : `Your question ${is.n}`
  // What one just did oneself is no news.
  if (is.waiting !== null || is.state === 'waiting' || is.state === 'withdrawn') return null
  if (was.state !== is.state || was.answered !== is.answered) return `${name}: ${toOwnWords(is).title}`
  if (is.answers > was.answers) return `${name}: Another answer`
  return null
}
