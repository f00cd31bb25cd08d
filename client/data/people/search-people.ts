import { lazily } from '../../../shared/lazily.ts'
import { fold, hasWords, toSearchWords } from '../../../shared/search-words.ts'
import type { Person } from './person.ts'

/** Those whose name or handle holds every word, whatever its case and accents; a name that begins with it comes first. */
export function searchPeople(people: readonly Person[], words: string): readonly Person[] {
  const wanted = toSearchWords(words)
  const [firstWord] = wanted
  if (firstWord === undefined) return people
  const found = people.filter((person) => {
    const { name, handle } = toFolded(person)
    return hasWords(`${name} ${handle}`, wanted)
  })
  const begins = (person: Person) => toFolded(person).name.startsWith(firstWord) || person.handle.startsWith(firstWord)
  return [...found.filter(begins), ...found.filter((person) => !begins(person))]
}

export interface Folded {
  name: string
  handle: string
}

/** Folding ten thousand names takes as long as reading them, so each is folded once. */
const foldedPeople = new WeakMap<Person, Folded>()

export function toFolded(person: Person): Folded {
  const known = foldedPeople.get(person)
  if (known !== undefined) return known
  const folded = { name: fold(person.name), handle: person.handle }
  foldedPeople.set(person, folded)
  return folded
}

export function byName(a: Person, b: Person): number {
  const { compare } = collator()
  return compare(a.name, b.name) || compare(a.handle, b.handle)
}

const collator = lazily(() => new Intl.Collator(undefined, { sensitivity: 'base', numeric: true }))
