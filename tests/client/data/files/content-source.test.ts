import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  createContentSource,
  type ContentSource,
  type ContentView,
} from '../../../../client/data/files/content-source.ts'
import type { Session } from '../../../../client/data/session.ts'
import { createDownloads } from '../../../../client/sync/files/downloads.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { createDevice, until } from '../device.ts'

/* What becomes of those who look: while the network is away before the code that fetches is here, and when something gives way. */

let session: Session
let source: ContentSource
let loads: number
let isAway: boolean
let asked: number

beforeEach(async () => {
  session = await createDevice()
  const { db } = session
  loads = 0
  isAway = true
  asked = 0
  const clock = createFakeClock()
  source = createContentSource({
    ...{ db, clock },
    async loadDownloads() {
      loads += 1
      if (isAway) throw new TypeError('no network')
      return createDownloads({
        ...{ db, clock, makeRoom: () => Promise.resolve(true) },
        api: {
          async fetchPiece() {
            asked += 1
            return { kind: 'ok', value: { blob: new Blob(['abc']), total: 3 } }
          },
        },
        onError(error) {
          throw error
        },
      })
    },
  })
})
afterEach(() => session.db.delete())

/** The kinds that somebody sees who looks. */
function look(fetches: boolean): { kinds: ContentView['kind'][]; stop(): void } {
  const kinds: ContentView['kind'][] = []
  const subscription = source.watch('a', 'whole', fetches).subscribe(({ kind }) => kinds.push(kind))
  return { kinds, stop: () => subscription.unsubscribe() }
}

test('who looks without fetching is told how it comes once somebody asks for it, though the code was not there before', async () => {
  const watcher = look(false)
  await waitFor('a look', () => watcher.kinds.includes('elsewhere') || undefined)
  expect(loads).toBe(1)
  isAway = false
  await source.fetch('a', 'whole')
  await waitFor('it to be here', () => watcher.kinds.includes('here') || undefined)
  expect(watcher.kinds).toContain('fetching')
  watcher.stop()
})

test('the next who looks has the code loaded, and what was to be fetched before comes, too', async () => {
  const waiting = look(true)
  await waitFor('a look', () => waiting.kinds.includes('elsewhere') || undefined)
  isAway = false
  await until(source.watch('another', 'small', false))
  await waitFor('it to be here', () => waiting.kinds.includes('here') || undefined)
  waiting.stop()
})

test('who left before the code came is told nothing', async () => {
  const left = look(true)
  await waitFor('a look', () => left.kinds.includes('elsewhere') || undefined)
  left.stop()
  isAway = false
  await source.fetch('another', 'whole')
  await until(source.watch('another', 'whole', false), ({ kind }) => kind === 'here')
  expect(left.kinds).toEqual(['elsewhere'])
  expect(await session.db.contents.count()).toBe(1)
})

test('what is called off while the code is not there is called off', async () => {
  const watcher = look(false)
  await source.stopFetching('a', 'whole')
  await source.fetch('a', 'whole')
  await source.stopFetching('a', 'whole')
  watcher.stop()
  expect(await session.db.contents.count()).toBe(0)
})

test('what gives way before its look has seen it is not fetched again', async () => {
  isAway = false
  let gone = 0
  // Both in one transaction: of the two the look sees what comes of them.
  session.db.contents.hook('creating', (key, _content, transaction) => {
    transaction.idbtrans.addEventListener('complete', () => (gone += 1))
    queueMicrotask(() => void transaction.idbtrans.objectStore('contents').delete(key))
  })
  const watcher = look(true)
  await waitFor('it to be gone', () => gone > 0 || undefined)
  await waitFor('the look to know', () => watcher.kinds.at(-1) === 'elsewhere' || undefined)
  await until(source.watch('another', 'small', false))
  expect([asked, gone]).toEqual([1, 1])
  watcher.stop()
})

test('what was here when one looked, and gave way before the code was, is not fetched again', async () => {
  await session.db.contents.put({ key: 'a/whole', fileId: 'a', blob: new Blob(['abc']), bytes: 3, usedAt: 0 })
  const watcher = look(true)
  await waitFor('it to be shown', () => watcher.kinds.at(-1) === 'here' || undefined)
  await session.db.contents.clear()
  await waitFor('the look to know', () => watcher.kinds.at(-1) === 'elsewhere' || undefined)
  isAway = false
  await until(source.watch('another', 'small', false))
  expect(asked).toBe(0)
  watcher.stop()
})
