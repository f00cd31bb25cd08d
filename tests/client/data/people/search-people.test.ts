import { expect, test } from 'vitest'
import { byName, searchPeople, toFolded } from '../../../../client/data/people/search-people.ts'

const people = ['Émile Fournier', 'Zoë Papa', 'Anna-Lena Vogt', 'Lena Vogt', 'ليلى منصور'].map((name, index) => ({
  id: String(index),
  handle: `user${index}`,
  name,
  pictureId: null,
}))
const find = (words: string) => searchPeople(people, words).map((person) => person.name)

test('people are found by any part, without regard to case and accents', () => {
  expect(find('EMILE')).toEqual(['Émile Fournier'])
  expect(find('zoe papa')).toEqual(['Zoë Papa'])
  expect(find('ليلى')).toEqual(['ليلى منصور'])
  expect(find('nobody')).toEqual([])
})

test.each([
  ['lukasz', 'Łukasz Nowak'],
  ['oystein', 'Øystein Dahl'],
  ['isik', 'Işık Demir'],
  ['ISIL', 'Işıl'],
  ['ilker', 'İlker'],
  ['dorde', 'Đorđe Ilić'],
  ['weiss', 'Straße Weiß'],
  ['WEISS', 'WEIẞ'],
  ['aesir', 'Æsir'],
  ['thora', 'Þóra'],
  ['gudrun', 'Guðrún'],
  ['oeuvre', 'Œuvre'],
  ['nguyen', 'Nguyễn'],
  ["o'brien", 'O’Brien'],
  ['ada', 'Ａｄａ'],
  ['Weiß', 'Weiss'],
  ['łukasz', 'Lukasz'],
  ['علیرضا', 'علی‌رضا'],
])('%s finds %s', (words, name) => {
  const person = { id: name, handle: 'somebody', name, pictureId: null }
  expect(searchPeople([person], words)).toEqual([person])
})

test('a name that begins with the word comes first', () => {
  expect(find('lena')).toEqual(['Lena Vogt', 'Anna-Lena Vogt'])
})

test('a handle finds its person, with or without the @', () => {
  expect(find('@user1')).toEqual(['Zoë Papa'])
})

test('nothing typed finds everybody', () => {
  expect(find('  ')).toHaveLength(people.length)
})

test('people are sorted as a person would', () => {
  expect(
    [...people]
      .sort(byName)
      .map((person) => person.name)
      .slice(0, 3),
  ).toEqual(['Anna-Lena Vogt', 'Émile Fournier', 'Lena Vogt'])
})

test('ten thousand people are searched between two keys', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => ({
    ...{ id: String(index), handle: `person${index}`, name: `Zoë Përson ${index}`, pictureId: null },
  }))
  searchPeople(many, 'prepare')
  const before = performance.now()
  expect(searchPeople(many, 'zoe person 9999')).toHaveLength(1)
  expect(performance.now() - before).toBeLessThan(200)
})

test('a name is folded once, however often it is searched', () => {
  for (const person of people) expect(toFolded(person)).toBe(toFolded(person))
})
