import { Dexie } from 'dexie'
import { systemClock } from '../../../shared/clock.ts'
import { listMentionable, type Mentionable } from './mentionable.ts'
import { askPeople } from '../people/ask-people.ts'
import { EVERYONE_HANDLE } from '../../../shared/text/mention-rule.ts'
import type { Person } from '../people/person.ts'
import { toFolded } from '../people/search-people.ts'
import { fold } from '../../../shared/search-words.ts'
import type { Session } from '../session.ts'

export type MentionCandidate =
  | { kind: 'person'; handle: string; person: Person }
  /** Mentions all; `reach` is how many people that is, oneself not counted. */
  | { kind: 'everyone'; handle: string; reach: number }

export interface MentionTyped {
  /** Where the `@` stands, and where what is typed of the mention ends. */
  from: number
  to: number
  /** What stands after the `@`. */
  query: string
}

const CANDIDATES_MAX = 8
/** Who wrote lately is more likely to be meant. */
const RECENT_MESSAGES = 60
const QUERY_MAX = 30
/** From so many letters on the server is asked, and waited for so long. */
const ASKED_FROM = 2
const ASK_MAX_MS = 1_500

/** The mention that is being typed at the caret; null when none is. */
export function findMentionTyped(text: string, caret: number): MentionTyped | null {
  const before = text.slice(Math.max(0, caret - QUERY_MAX - 2), caret)
  const found = /(?:^|[^\p{L}\p{N}_@./+-])@([\p{L}\p{M}\p{N}._-]*)$/u.exec(before)
  const query = found?.[1]
  return query === undefined ? null : { from: caret - query.length - 1, to: caret, query }
}

/** A text with the mention that was typed made one of the candidate, and where the caret stands then. */
export function completeMention(
  text: string,
  { from, to }: MentionTyped,
  { handle }: MentionCandidate,
): { text: string; caret: number } {
  const after = text.slice(to)
  const mention = `@${handle}${/^[\s.,;:!?)]/.test(after) ? '' : ' '}`
  return { text: text.slice(0, from) + mention + after, caret: from + mention.length }
}

/** Whom a person may mean who typed `query` after an `@` in this conversation, the likeliest first. */
export async function findMentionCandidates(
  session: Session,
  conversationId: string,
  query: string,
): Promise<MentionCandidate[]> {
  const [held, recent] = await Promise.all([
    listMentionable(session, conversationId),
    listRecentAuthors(session, conversationId),
  ])
  const { kind, people } = await withOthers(session, conversationId, query, held)
  const others = people.filter((person) => person.id !== session.account.userId)
  const persons = rankCandidates(others, query, recent).map((person): MentionCandidate => ({
    kind: 'person',
    handle: person.handle,
    person,
  }))
  const all: MentionCandidate = { kind: 'everyone', handle: EVERYONE_HANDLE, reach: others.length }
  const offered = kind === 'group' && others.length > 1 && EVERYONE_HANDLE.startsWith(query.toLowerCase())
  return offered && query !== ''
    ? [all, ...persons.slice(0, CANDIDATES_MAX - 1)]
    : offered
      ? [...persons.slice(0, CANDIDATES_MAX - 1), all]
      : persons
}

/** In a crowd, where nobody held here is meant, whom the server knows by that name: as far as it says so soon. */
async function withOthers(
  session: Session,
  conversationId: string,
  query: string,
  held: Mentionable,
): Promise<Mentionable> {
  if (held.kind !== 'everyone' || query.length < ASKED_FROM || rankCandidates(held.people, query, []).length > 0) {
    return held
  }
  const soon = new Promise<null>((resolve) => systemClock.after(ASK_MAX_MS, () => resolve(null)))
  const asked = await Promise.race([askPeople(session, query, null), soon])
  return asked === null ? held : listMentionable(session, conversationId)
}

/** `recent` holds ids, the latest first. */
export function rankCandidates(people: readonly Person[], query: string, recent: readonly string[]): Person[] {
  const wanted = fold(query)
  const recency = new Map(recent.map((id, index) => [id, index]))
  const recencyOf = (person: Person) => recency.get(person.id) ?? Infinity
  const ranks: Person[][] = [[], [], [], []]
  for (const person of people) ranks[rank(person, wanted)]?.push(person)
  const best: Person[] = []
  for (const equals of ranks) {
    if (best.length >= CANDIDATES_MAX) break
    // People come by name; sorting keeps that among those who have not written.
    best.push(...equals.sort((a, b) => compare(recencyOf(a), recencyOf(b))).slice(0, CANDIDATES_MAX - best.length))
  }
  return best
}

/** 0 is the best; what does not fit has a rank that there is not. */
function rank(person: Person, wanted: string): number {
  const { name, handle } = toFolded(person)
  if (wanted === '') return 0
  if (handle === wanted) return 0
  if (handle.startsWith(wanted) || name.startsWith(wanted)) return 1
  if (name.includes(` ${wanted}`) || name.includes(`-${wanted}`)) return 2
  return name.includes(wanted) || handle.includes(wanted) ? 3 : -1
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b
}

async function listRecentAuthors({ db }: Session, conversationId: string): Promise<string[]> {
  const rows = await db.messages
    .where('[conversationId+n]')
    .between([conversationId, Dexie.minKey], [conversationId, Dexie.maxKey])
    .reverse()
    .limit(RECENT_MESSAGES)
    .toArray()
  return [...new Set(rows.map((row) => row.authorId))]
}
