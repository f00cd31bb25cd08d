import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Answer } from '../../../client/sync/campus-http.ts'
import { ClientDatabase } from '../../../client/sync/database.ts'
import { createPictureLoader, type PictureLoader } from '../../../client/sync/pictures.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { exampleId } from '../data/example.ts'
import { refuse, unreachable } from './script.ts'

let db: ClientDatabase
let loader: PictureLoader
let asked: string[]
let answers: ((answer: Answer<ArrayBuffer>) => void)[]
let opened = 0
const clock = createFakeClock()
const errors: unknown[] = []

beforeEach(() => {
  db = new ClientDatabase(`pictures-${opened++}`)
  asked = []
  answers = []
  const picture = (id: string) => {
    asked.push(id)
    return new Promise<Answer<ArrayBuffer>>((resolve) => answers.push(resolve))
  }
  loader = createPictureLoader({ db, api: { picture }, clock, onError: (error) => errors.push(error) })
})
afterEach(async () => {
  loader.stop()
  expect(clock.waiting(), 'timers left behind').toBe(0)
  expect(errors).toEqual([])
  await db.delete()
})

const file = (text: string): Answer<ArrayBuffer> => ({ kind: 'ok', value: new TextEncoder().encode(text).buffer })
const people = (...ids: (string | null)[]) => ids.map((pictureId) => ({ pictureId }))
const ids = Array.from({ length: 6 }, (_, index) => exampleId(400 + index))
const [one = '', two = ''] = ids

/** Waits until so many have been asked for in all, and no more. */
async function askedFor(count: number): Promise<void> {
  while (asked.length < count) await new Promise((resolve) => setTimeout(resolve))
  await db.pictures.count()
  expect(asked).toHaveLength(count)
}

async function answer(with_: Answer<ArrayBuffer>): Promise<void> {
  answers.shift()?.(with_)
  await db.pictures.count()
}

test('what is missing is fetched once and kept', async () => {
  loader.want(people(one, null, one))
  loader.want(people(one))
  await askedFor(1)
  await answer(file('a JPEG'))
  const kept = await db.pictures.get(one)
  expect(new TextDecoder().decode(kept?.bytes)).toBe('a JPEG')
  loader.want(people(one))
  await askedFor(1)
})

test('what is on this device is not fetched', async () => {
  await db.pictures.put({ id: one, bytes: new ArrayBuffer(2) })
  loader.want(people(one, two))
  await askedFor(1)
  expect(asked).toEqual([two])
})

test('three are fetched at a time', async () => {
  loader.want(people(...ids))
  await askedFor(3)
  await answer(file('first'))
  await askedFor(4)
  expect(asked).toEqual(ids.slice(0, 4))
})

test('what the network failed is tried again later, and the others go on meanwhile', async () => {
  loader.want(people(...ids))
  await askedFor(3)
  await answer(unreachable)
  await askedFor(4)
  for (const count of [5, 6, 6, 6, 6]) {
    await answer(file('there'))
    await askedFor(count)
  }
  clock.advance(30_000)
  await askedFor(7)
  expect(asked.at(-1)).toBe(one)
  await answer(file('at last'))
  expect(await db.pictures.count()).toBe(6)
})

test('what the server does not have is not asked for again', async () => {
  loader.want(people(one))
  await askedFor(1)
  await answer(refuse('not_found'))
  loader.want(people(one))
  expect(clock.waiting()).toBe(0)
  await askedFor(1)
})

test('once stopped nothing more is asked for', async () => {
  loader.want(people(...ids))
  await askedFor(3)
  loader.stop()
  await answer(unreachable)
  loader.want(people(exampleId(900)))
  await askedFor(3)
})
