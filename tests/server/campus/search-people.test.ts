import { afterAll, beforeAll, expect, test } from 'vitest'
import { findPeople, fromNext, searchPeople } from '../../../server/campus/search-people.ts'
import { FOUND_PEOPLE_MAX } from '../../../shared/protocol/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, renameProfile } from '../../support/campus.ts'

let backend: Backend
let campus: Campus
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store, peopleOnDevicesMax: 3 })
  for (const name of ['Zoë Ångström', 'Ann Weber', 'Anna Maria Weber', 'ben']) await campus.register(name)
})
afterAll(() => backend.dispose())

const namesOf = async (words: string, after: string | null = null) =>
  (await searchPeople(backend.store, words, after === null ? null : (fromNext(after) ?? null))).people.map(
    ({ name }) => name,
  )

test.each([
  ['', ['Ann Weber', 'Anna Maria Weber', 'ben', 'Zoë Ångström']],
  ['ann', ['Ann Weber', 'Anna Maria Weber']],
  ['WEB', ['Ann Weber', 'Anna Maria Weber']],
  ['web mar', ['Anna Maria Weber']],
  ['@zoe ang', ['Zoë Ångström']],
  ['nn', []],
  ['ann ben', []],
  ['%', []],
])('who looks for "%s" finds whose names have words that begin so, by name', async (words, names) => {
  expect(await namesOf(words)).toEqual(names)
})

test('somebody is found by their new name, and by the old one no more', async () => {
  const id = await campus.register('Maiden Name')
  await campus.accept(id, renameProfile('Married Name'))
  expect(await namesOf('maiden')).toEqual([])
  expect(await namesOf('married')).toEqual(['Married Name'])
  const { people, head, total, crowded } = await findPeople(backend.store, [id, '00000000-0000-7000-8000-000000000000'])
  expect(people).toMatchObject([{ id, name: 'Married Name' }])
  expect({ head, total, crowded }).toEqual({ head: await campus.head(), total: 5, crowded: true })
})

test('pages follow on each other, with everybody once', async () => {
  for (let index = 0; index < FOUND_PEOPLE_MAX * 2; index += 1) await campus.register('Same Name')
  const ids: string[] = []
  let next: string | null = null
  do {
    const page: Awaited<ReturnType<typeof searchPeople>> = await searchPeople(
      backend.store,
      'same',
      fromNext(next ?? undefined) ?? null,
    )
    expect(page.people.length).toBeLessThanOrEqual(FOUND_PEOPLE_MAX)
    ids.push(...page.people.map(({ id }) => id))
    next = page.next
  } while (next !== null)
  expect(new Set(ids).size).toBe(FOUND_PEOPLE_MAX * 2)
  expect(ids).toHaveLength(FOUND_PEOPLE_MAX * 2)
})

test('only what a page gave is taken for the place to go on from', () => {
  expect(fromNext('somewhere')).toBeUndefined()
  expect(fromNext(undefined)).toBeNull()
})
