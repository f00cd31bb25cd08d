import MiniSearch from 'minisearch'
import { fold } from '../../../shared/search-words.ts'
import type { QuestionView } from './views.ts'

const SIMILAR_MAX = 3
/** Below so many characters nearly every question is like it. */
const TEXT_MIN = 4
/** So large a part of the words typed has to be found in a question, and so many of them. */
const SHARE_MIN = 0.4
const WORDS_MIN = 2

/** The shown questions that most resemble a text, at most three, the likest first. */
export function similarTo(questions: readonly QuestionView[], text: string): QuestionView[] {
  if (text.trim().length < TEXT_MIN) return []
  const shown = questions.filter((question) => question.state === 'shown' && question.text !== null)
  const index = new MiniSearch<QuestionView>({
    ...{ fields: ['text'], processTerm: fold, searchOptions: { prefix: isLong, fuzzy: 0.2 } },
  })
  index.addAll(shown)
  const byId = new Map(shown.map((question) => [question.id, question]))
  const wanted = Math.max(WORDS_MIN, countWords(text) * SHARE_MIN)
  return index
    .search(text)
    .filter(({ queryTerms }) => queryTerms.length >= wanted)
    .slice(0, SIMILAR_MAX)
    .flatMap(({ id }) => byId.get(String(id)) ?? [])
}

function isLong(term: string): boolean {
  return term.length > 2
}

function countWords(text: string): number {
  return new Set(
    text
      .toLowerCase()
      .split(/[\s\p{P}]+/u)
      .filter((word) => word !== ''),
  ).size
}
