import 'fake-indexeddb/auto'
import { liveQuery } from 'dexie'
import { expect, test } from 'vitest'
import { ClientDatabase } from '../../../../client/sync/database.ts'
import { createDexieStore } from '../../../../client/sync/dexie-store.ts'
import { enqueue } from '../../../../client/sync/outbox.ts'
import { createDeviceStorage } from '../../../../client/sync/storage/device-storage.ts'
import { NotStoredError } from '../../../../client/sync/storage/storage-failure.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'
import { conversation, group, message, NOON, send } from '../../data/example.ts'
import { createDisk, type Fault } from './disk.ts'

const USER = 'somebody'
const TRY_EVERY_MS = 5_000

/** Tabs of one device. */
function createTab(disk = createDisk()) {
  const clock = createFakeClock()
  const errors: unknown[] = []
  const storage = createDeviceStorage({ clock, own: () => disk.backend, onError: (error) => errors.push(error) })
  const db = new ClientDatabase(USER, storage)
  return {
    ...{ disk, storage, db, errors, clock },
    texts: async () => (await db.messages.toArray()).map(({ text }) => text),
    outbox: async () =>
      (await db.outbox.orderBy('position').toArray()).map(({ command }) => ('text' in command ? command.text : '')),
    async goLive() {
      await createDexieStore(db).setConnection({ kind: 'live' })
    },
    /** Runs the trials that fall due, until the state is as it is waited for. */
    async become(isReached: (state: typeof storage.state) => boolean) {
      const reached = new Promise<void>((resolve) => {
        const look = () => {
          if (isReached(storage.state)) resolve()
        }
        storage.onChange(look)
        look()
      })
      clock.advance(TRY_EVERY_MS)
      await reached
    },
  }
}

const inMemory = ({ kind, ...rest }: { kind: string; inMemory?: boolean }) =>
  kind === 'failing' && rest.inMemory === true
const storing = ({ kind }: { kind: string }) => kind === 'storing'

async function createFullTab(disk = createDisk()) {
  const tab = createTab(disk)
  tab.storage.goOnInMemory(() => import('../../../../client/sync/storage/emergency.ts'))
  await tab.db.conversations.put(conversation())
  await tab.db.messages.bulkPut([message(1), message(2)])
  await createDexieStore(tab.db).transact(async (tables) => {
    await tables.setPosition({ lineage: 'one', cursor: 2, next: null, path: [], restoring: false, behind: false })
  })
  await enqueue(tab.db, [send('before')], NOON)
  disk.fill()
  await expect(enqueue(tab.db, [send('refused')], NOON)).rejects.toThrow()
  await tab.become(inMemory)
  return tab
}

test.each<Fault>(['at once', 'at the end'])('what cannot be stored, %s, is refused and not kept', async (fault) => {
  const { db, disk, storage, outbox } = createTab()
  await db.open()
  disk.fill(fault)
  await expect(enqueue(db, [send('hello')], NOON)).rejects.toThrow()
  expect(storage.state).toMatchObject({ kind: 'failing', why: 'full' })
  disk.free()
  expect(await outbox()).toEqual([])
})

test('every write that fails is noticed, whoever swallows it', async () => {
  const { db, disk, storage } = createTab()
  await db.open()
  disk.fill()
  await db.drafts.put({ conversationId: group, text: 'hm', replyToId: null, changedAt: 1 }).catch(() => undefined)
  expect(storage.state).toMatchObject({ kind: 'failing', why: 'full', inMemory: false })
})

test('a database that cannot be opened is noticed', async () => {
  const { db, disk, storage } = createTab()
  disk.fill('never opened')
  await expect(db.outbox.toArray()).rejects.toThrow()
  expect(storage.state).toMatchObject({ kind: 'failing' })
})

test('a failure that is over with the next trial moves nothing', async () => {
  const { db, disk, storage, become } = createTab()
  storage.goOnInMemory(() => import('../../../../client/sync/storage/emergency.ts'))
  await db.open()
  storage.onExchange(() => expect.unreachable('nothing moves'))
  disk.fill()
  await db.conversations.put(conversation()).catch(() => undefined)
  disk.free()
  await become(storing)
  await db.conversations.put(conversation())
  expect(storage.state).toEqual({ kind: 'storing' })
})

test('a failure that is not of the storage is not taken for one', async () => {
  const { db, storage } = createTab()
  await db.messages.put(message(1))
  await expect(db.messages.put(message(1, { id: 'another' }))).rejects.toThrow()
  expect(storage.state).toEqual({ kind: 'storing' })
})

test('in memory is all that the disk holds, and what is live comes to it', async () => {
  const { db, texts, outbox } = await createFullTab()
  expect(await texts()).toEqual(['text 1', 'text 2'])
  expect(await outbox()).toEqual(['before'])
  await db.messages.put(message(3))
  expect(await texts()).toEqual(['text 1', 'text 2', 'text 3'])
})

test('a query that watches goes on in memory and back on the disk', async () => {
  const disk = createDisk()
  const tab = createTab(disk)
  tab.storage.goOnInMemory(() => import('../../../../client/sync/storage/emergency.ts'))
  await tab.db.messages.put(message(1))
  const counts: number[] = []
  const seen = (count: number) =>
    new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (counts.at(-1) !== count) return
        clearInterval(timer)
        resolve()
      }, 5)
    })
  const subscription = liveQuery(() => tab.db.messages.count()).subscribe((count) => counts.push(count))
  await seen(1)
  disk.fill()
  await tab.db.messages.put(message(2)).catch(() => undefined)
  await tab.become(inMemory)
  await tab.db.messages.put(message(2))
  await seen(2)
  disk.free()
  await tab.become(storing)
  await tab.db.messages.put(message(3))
  await seen(3)
  subscription.unsubscribe()
})

test('in memory a command is taken only while it goes out at once', async () => {
  const { db, storage, outbox, goLive } = await createFullTab()
  await expect(enqueue(db, [send('offline')], NOON)).rejects.toThrow(NotStoredError)
  expect(storage.state).toMatchObject({ refused: true })
  await goLive()
  await enqueue(db, [send('live')], NOON)
  expect(await outbox()).toEqual(['before', 'live'])
  await createDexieStore(db).setConnection({ kind: 'offline', since: NOON })
  await expect(enqueue(db, [send('offline again')], NOON)).rejects.toThrow(NotStoredError)
})

test('what changed in memory is stored once there is room: what was sent is gone, what came stays, in order', async () => {
  const { db, disk, become, goLive, outbox, texts } = await createFullTab()
  await goLive()
  await enqueue(db, [send('one'), send('two')], NOON)
  await db.outbox.delete(1)
  await db.messages.put(message(3))
  disk.free()
  await become(storing)
  expect(await outbox()).toEqual(['one', 'two'])
  expect(await texts()).toEqual(['text 1', 'text 2', 'text 3'])
  const later = createTab(disk)
  expect(await later.outbox()).toEqual(['one', 'two'])
})

test('what another tab stored meanwhile stays, beside what was written in memory', async () => {
  const { db, disk, become, goLive } = await createFullTab()
  await goLive()
  await enqueue(db, [send('mine')], NOON)
  disk.free()
  const other = createTab(disk)
  await enqueue(other.db, [send('theirs')], NOON)
  await createDexieStore(other.db).transact(async (tables) => {
    await tables.messages.bulkPut([message(3), message(4)])
    await tables.setPosition({ lineage: 'one', cursor: 4, next: null, path: [], restoring: false, behind: false })
  })
  await become(storing)
  expect((await other.outbox()).toSorted()).toEqual(['before', 'mine', 'theirs'])
  expect(await other.texts()).toEqual(['text 1', 'text 2', 'text 3', 'text 4'])
})

test('what finds no room after all stays in memory', async () => {
  const { db, disk, storage, become, goLive, outbox } = await createFullTab()
  await goLive()
  await enqueue(db, [send('mine')], NOON)
  disk.fill('at once', ['outbox'])
  await become(({ kind }) => kind === 'failing')
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(storage.state).toMatchObject({ kind: 'failing', inMemory: true })
  expect(await outbox()).toEqual(['before', 'mine'])
  disk.free()
  await become(storing)
  expect(await outbox()).toEqual(['before', 'mine'])
})

test('whoever follows a log begins anew where it is kept otherwise, under a name of the tab’s own', async () => {
  const { disk, storage, become, db } = createTab()
  storage.goOnInMemory(() => import('../../../../client/sync/storage/emergency.ts'))
  await db.open()
  const names: string[] = []
  storage.onExchange(() => names.push(storage.scope('sync')))
  disk.fill()
  await db.conversations.put(conversation()).catch(() => undefined)
  await become(inMemory)
  expect(names).toHaveLength(1)
  expect(names[0]).toMatch(/^sync-/)
  disk.free()
  await become(storing)
  expect(names[1]).toBe('sync')
})

test('a database that the browser took away is made anew, and whoever follows a log begins anew', async () => {
  const { disk, storage, db, texts, clock } = createTab()
  await db.messages.put(message(1))
  const began = new Promise<void>((resolve) => storage.onExchange(resolve))
  await disk.evict(db.name)
  clock.advance(1)
  await began
  expect(await texts()).toEqual([])
})

test('what was removed for good does not come back from memory', async () => {
  const { db, disk, storage, become } = await createFullTab()
  db.close()
  storage.forget(db.name)
  await disk.evict(db.name)
  disk.free()
  await become(storing)
  expect((await disk.backend.indexedDB.databases()).map(({ name }) => name)).not.toContain(db.name)
})

test('whether a database may be stored can be looked up in one of those that are paused', async () => {
  const { db, storage, disk, become, texts } = createTab()
  storage.goOnInMemory(
    () => import('../../../../client/sync/storage/emergency.ts'),
    async () => (await db.messages.count()) > 0,
  )
  await db.messages.put(message(1))
  disk.fill()
  await db.messages.put(message(2)).catch(() => undefined)
  await become(inMemory)
  await db.messages.put(message(2))
  disk.free()
  await become(storing)
  expect(await texts()).toEqual(['text 1', 'text 2'])
})

test('a database that could not be opened is tried again', async () => {
  const { db, disk, clock, texts } = createTab()
  disk.fill('never opened')
  await expect(db.messages.toArray()).rejects.toThrow()
  disk.free()
  clock.advance(1_000)
  await db.messages.put(message(1))
  expect(await texts()).toEqual(['text 1'])
})
