import type { QuestionView } from '../../data/classroom/views.ts'
import { fold, hasWords, toSearchWords } from '../../../shared/search-words.ts'

export interface Found {
  question: QuestionView
  /** The reply in which it was found, where it is not in the question. */
  reply: string | null
}

/** The texts of the replies to each question, by its id. */
export type ReplyTexts = ReadonlyMap<string, readonly string[]>

/**
 * Every question that holds all of the words, in its text, its name, its number or one of its replies; capitals and
 * accents do not count. `replies` is null while they are not there yet.
 */
export function searchQuestions(
  questions: readonly QuestionView[],
  replies: ReplyTexts | null,
  words: string,
): Found[] {
  const wanted = toSearchWords(words)
  if (wanted.length === 0) return []
  return questions.flatMap((question): Found[] => {
    const own = fold(`${question.n ?? ''} ${question.name ?? ''} ${question.text ?? ''}`)
    const rest = wanted.filter((word) => !own.includes(word))
    if (rest.length === 0) return [{ question, reply: null }]
    const reply = replies?.get(question.id)?.find((text) => hasWords(fold(text), rest))
    return reply === undefined ? [] : [{ question, reply }]
  })
}
