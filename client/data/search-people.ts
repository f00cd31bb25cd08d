import type { Person } from './person.ts'

/** Those whose name or handle holds every word, whatever its case and accents; a name that begins with it comes first. */
export function searchPeople(people: readonly Person[], words: string): readonly Person[] {
  const wanted = fold(words.replace(/@/g, ' ')).split(/\s+/).filter((word) => word !== '')
  const [firstWord] = wanted
  if (firstWord === undefined) return people
  const found = people.filter((person) => {
    const text = fold(`${person.name} ${person.handle}`)
    return wanted.every((word) => text.includes(word))
  })
  const begins = (person: Person) => fold(person.name).startsWith(firstWord) || person.handle.startsWith(firstWord)
  return [...found.filter(begins), ...found.filter((person) => !begins(person))]
}

export function byName(a: Person, b: Person): number {
  return collator.compare(a.name, b.name) || collator.compare(a.handle, b.handle)
}

const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true })

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
