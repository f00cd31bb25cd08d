import type { ConversationSummary } from './conversation-summary.ts'
import type { Person } from '../people/person.ts'
import { searchPeople } from '../people/search-people.ts'
import { fold, hasWords, toSearchWords } from '../../../shared/search-words.ts'

/** Where one can go: a conversation that there is, or a person with whom there is none yet. */
export type Destination = { kind: 'conversation'; summary: ConversationSummary } | { kind: 'person'; person: Person }

const FOUND_MAX = 30
const LATEST_MAX = 10

/**
 * Conversations whose title holds every word, and people with whom none was begun; names that begin so
 * come first, and what one is in before who one could write to. Without words the last active ones.
 */
export function findDestinations(
  summaries: readonly ConversationSummary[],
  people: readonly Person[],
  words: string,
): Destination[] {
  const byActivity = summaries.toSorted((one, other) => other.activeAt - one.activeAt)
  const wanted = toSearchWords(words)
  if (wanted.length === 0) return byActivity.slice(0, LATEST_MAX).map(toDestination)

  const begins = ({ title }: ConversationSummary) => fold(title).startsWith(wanted[0] ?? '')
  const found = byActivity.filter(({ title, other }) => hasWords(`${fold(title)} ${other?.handle ?? ''}`, wanted))
  const known = new Set(summaries.flatMap(({ other }) => (other === null ? [] : [other.id])))
  const strangers = searchPeople(people, words).filter(({ id }) => !known.has(id))
  return [
    ...[...found.filter(begins), ...found.filter((summary) => !begins(summary))].map(toDestination),
    ...strangers.slice(0, FOUND_MAX).map((person): Destination => ({ kind: 'person', person })),
  ].slice(0, FOUND_MAX)
}

function toDestination(summary: ConversationSummary): Destination {
  return { kind: 'conversation', summary }
}
