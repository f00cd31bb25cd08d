import type { QuestionView } from '../../data/classroom/views.ts'

export interface Found {
  question: QuestionView
  /** The reply in which it was found, where it is not in the question. */
  reply: string | null
}

/**
 * Every question that holds all of the words, in its text, its name, its number or one of its replies; capitals and
 * accents do not count.
 */
export function searchRoom(
  questions: readonly QuestionView[],
  replies: ReadonlyMap<string, readonly string[]>,
  words: string,
): Found[] {
  const wanted = fold(words)
    .split(/\s+/)
    .filter((word) => word !== '')
  if (wanted.length === 0) return []
  return questions.flatMap((question): Found[] => {
    const own = fold(`${question.n ?? ''} ${question.name ?? ''} ${question.text ?? ''}`)
    if (wanted.every((word) => own.includes(word))) return [{ question, reply: null }]
    const rest = wanted.filter((word) => !own.includes(word))
    const reply = replies.get(question.id)?.find((text) => {
      const folded = fold(text)
      return rest.every((word) => folded.includes(word))
    })
    return reply === undefined ? [] : [{ question, reply }]
  })
}

function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}
