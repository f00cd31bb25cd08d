import 'fake-indexeddb/auto'
import { Dexie } from 'dexie'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createCampusKind } from '../../../client/sync/campus-kind.ts'
import { ClientDatabase, databaseName, type StoredPosition } from '../../../client/sync/database.ts'
import { createDexieStore } from '../../../client/sync/dexie-store.ts'
import { applyPage } from '../../../client/sync/log/apply.ts'
import { NOWHERE, type DevicePosition } from '../../../client/sync/log/position.ts'
import type { Campus } from '../../../client/sync/tables.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import type { Row } from '../../../shared/protocol/rows.ts'
import { ann, ben, entry, exampleId, group, message, NOON, reaction, send, user } from '../data/example.ts'

const VERSION_1 = {
  meta: 'key',
  users: 'id',
  conversations: 'id',
  members: '[conversationId+userId], userId',
  messages: 'id, &[conversationId+n]',
  latest: 'conversationId',
  readings: 'conversationId',
  outbox: '++position, &id, conversationId',
  drafts: 'conversationId',
}

let name: string
let opened = 0
const open: Dexie[] = []
beforeEach(() => {
  name = `versions-${opened++}`
  // Dexie tells the console that one tab makes way for another.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(async () => {
  vi.restoreAllMocks()
  for (const db of open.splice(0)) db.close()
  await Dexie.delete(databaseName(name))
})

/** The device as the app of version 1 opens it. */
function openOld(): Dexie {
  const db = new Dexie(databaseName(name))
  db.version(1).stores(VERSION_1)
  open.push(db)
  return db
}

function openNew(): ClientDatabase {
  const db = new ClientDatabase(name)
  open.push(db)
  return db
}

/** A row as version 1 had it. */
function without<Whole extends object, Key extends keyof Whole>(whole: Whole, ...keys: Key[]): Omit<Whole, Key> {
  const part = { ...whole }
  for (const key of keys) delete (part as Partial<Whole>)[key]
  return part
}
const LATER = ['replyTo', 'mentions', 'mentionsAll', 'forwarded', 'pinnedAt', 'edits'] as const
const oldMessage = (n: number, seq = n) => without(message(n, { seq }), ...LATER)
const oldEntry = (text: string) => {
  const whole = entry(send(text))
  return { ...whole, command: without(send(text), 'replyToId', 'mentions', 'mentionsAll', 'forwarded') }
}
const oldPosition = (cursor: number, epoch = 'e1'): StoredPosition => ({
  ...{ key: 'position', log: CAMPUS_LOG, epoch, cursor, next: null },
})
/** Where a device stands whose cursor no lineage is known of: the server takes it at its word. */
const at = (cursor: number): DevicePosition => ({ ...NOWHERE, cursor })
const LINEAGE = { id: 'l1', start: 0 }
const inLineage = (cursor: number): DevicePosition => ({ ...NOWHERE, lineage: 'l1', cursor, path: [LINEAGE] })

async function fillOld(db: Dexie): Promise<void> {
  await db.table('users').put(without(user(ben, 'Ben'), 'pictureId'))
  await db.table('messages').bulkPut([oldMessage(1), oldMessage(2)])
  await db.table('latest').put(oldMessage(2))
  await db.table('outbox').put(oldEntry('written with the old one'))
  await db.table('drafts').put({ conversationId: group, text: 'begun', changedAt: NOON })
  await db.table('meta').put(oldPosition(10))
}

async function expectWhole(db: ClientDatabase): Promise<void> {
  expect(await db.users.toArray()).toEqual([user(ben, 'Ben')])
  expect(await db.messages.bulkGet([message(1).id, exampleId(9)])).toEqual([message(1), undefined])
  const page = db.messages.where('[conversationId+n]').between([group, 1], [group, 100])
  expect(await page.toArray()).toEqual([message(1), message(2)])
  expect(await db.latest.get(group)).toEqual(message(2))
  const [written] = await db.outbox.orderBy('position').toArray()
  expect(written?.command).toEqual({ ...send('written with the old one'), id: written?.command.id })
  expect(await db.drafts.get(group)).toEqual({ conversationId: group, text: 'begun', replyToId: null, changedAt: NOON })
}

const positionOf = (db: ClientDatabase) =>
  createDexieStore(db).transact((tables) => Promise.resolve(tables.getPosition()))

test('what version 1 left is all there, with what its rows lack, and goes on from its cursor', async () => {
  const old = openOld()
  await fillOld(old)
  old.close()
  const db = openNew()
  await expectWhole(db)
  expect(await positionOf(db)).toEqual(at(10))
  const sent = db.messages.where('[conversationId+sentAt]').between([group, NOON], [group, Infinity])
  expect(await sent.toArray()).toEqual([message(1), message(2)])
})

test('a tab of version 1 stays open next to a newer one, and both find what the other stores', async () => {
  const old = openOld()
  await old.open()
  const db = openNew()
  await db.open()
  await fillOld(old)
  await expectWhole(db)
  await db.messages.put(message(3, { mentions: [ann] }))
  expect(await old.table('messages').toArray()).toHaveLength(3)
})

describe('after version 1 was installed again', () => {
  async function pull(db: ClientDatabase, from: number, to: number, ...rows: Row[]): Promise<void> {
    const kind = createCampusKind(ann, { now: () => NOON })
    const page = { lineage: LINEAGE, from, to, head: to, next: null, rows }
    const applied = createDexieStore(db).transact(async (tables) =>
      applyPage<Campus>(tables, kind, await tables.getPosition(), page),
    )
    expect(await applied).toBe('applied')
  }

  /** Version 1 knows of the position what it knew, and leaves the rest of it as it is. */
  async function moveOld(change: Partial<StoredPosition>): Promise<void> {
    const old = openOld()
    await old.table('meta').put({ ...(await old.table<object>('meta').get('position')), ...change })
    await old.table('messages').put(oldMessage(2, 20))
    old.close()
  }

  beforeEach(async () => {
    const old = openOld()
    await fillOld(old)
    old.close()
    const db = openNew()
    await pull(db, 10, 15, reaction(1, ben, ['👍'], 15))
    expect(await positionOf(db)).toEqual(inLineage(15))
    db.close()
  })

  test('where nothing was moved one goes on from there', async () => {
    await moveOld({})
    expect(await positionOf(openNew())).toEqual(inLineage(15))
  })

  test('what it moved past is pulled once more, and completes what it stored', async () => {
    await moveOld({ cursor: 25 })
    const db = openNew()
    expect(await positionOf(db)).toEqual(inLineage(15))
    const whole = message(2, { seq: 20, mentions: [ann] })
    await pull(db, 15, 30, whole)
    expect(await db.messages.get(whole.id)).toEqual(whole)
    expect(await positionOf(db)).toEqual(inLineage(30))
  })

  test.each<[string, Partial<StoredPosition>]>([
    ['another epoch', { epoch: 'e2', cursor: 25 }],
    ['a cursor further back', { cursor: 7 }],
  ])('with %s everything is pulled afresh', async (_, moved) => {
    await moveOld(moved)
    expect(await positionOf(openNew())).toEqual(NOWHERE)
  })
})
