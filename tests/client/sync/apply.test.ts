import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { applyFrame } from '../../../client/sync/log/apply.ts'
import type { DevicePosition } from '../../../client/sync/log/position.ts'
import type { Campus, ClientStore, ClientTables } from '../../../client/sync/tables.ts'
import type { Row } from '../../../shared/protocol/rows.ts'
import {
  ann,
  ben,
  conversation,
  entry,
  eva,
  hidden,
  member,
  message,
  NOON,
  reaction,
  send,
  setting,
  user,
} from '../data/example.ts'
import {
  apply,
  applyPulled,
  at10,
  change,
  delivery,
  draft,
  inGroup,
  kind,
  preference,
  reading,
  revision,
  rowsIn,
  seen,
  tombstone,
  type Change,
} from './applying.ts'
import { fill, readAll, stores, type OpenStore } from './stores.ts'

describe.each(stores)('applying to the %s store', (_, openStore) => {
  let open: OpenStore
  let store: ClientStore
  beforeEach(() => {
    open = openStore()
    store = open.store
  })
  afterEach(() => open.close())

  const cases: [
    what: string,
    position: Partial<DevicePosition>,
    part: Partial<Change>,
    outcome: string,
    cursor: number,
  ][] = [
    ['starts at the cursor', at10, {}, 'applied', 11],
    ['starts at the cursor and moves nothing', at10, { to: 10 }, 'applied', 10],
    ['ended at the cursor', at10, { from: 9, to: 10 }, 'old', 10],
    ['ended before the cursor', at10, { from: 3, to: 5 }, 'old', 10],
    ['starts after the cursor', at10, { from: 11, to: 12 }, 'gap', 10],
    ['starts before the cursor and ends after it', at10, { from: 9, to: 12 }, 'gap', 10],
  ]
  const frames: typeof cases = [
    ...cases,
    ['comes before the first pull', {}, { from: 4, to: 5 }, 'gap', 0],
    ['comes before the first pull, from the very beginning', {}, { from: 0, to: 5 }, 'gap', 0],
    ['comes between two pages of a first pull', { lineage: 'l1', next: 'page 2' }, { from: 0, to: 5 }, 'gap', 0],
  ]
  test.each(frames)('a frame that %s', async (_, position, part, outcome, cursor) => {
    await fill(store, { position })
    expect(await apply(store, { ...part, rows: [user(ben, 'Ben')] })).toBe(outcome)
    const after = await readAll(store)
    expect(after.position.cursor).toBe(cursor)
    expect(after.rows).toHaveLength(outcome === 'applied' ? 1 : 0)
  })

  const pages: typeof cases = [...cases, ['is the first of all', {}, { from: 0, to: 5 }, 'applied', 5]]
  test.each(pages)('a page that %s', async (_, position, part, outcome, cursor) => {
    await fill(store, { position })
    expect(await applyPulled(store, { ...part, rows: [user(ben, 'Ben')] })).toBe(outcome)
    const after = await readAll(store)
    expect(after.position.cursor).toBe(cursor)
    expect(after.rows).toHaveLength(outcome === 'applied' ? 1 : 0)
  })

  const inFirstPull = { lineage: 'l1', cursor: 0, next: 'page 3' }
  const late: [what: string, here: Partial<DevicePosition>, asked: Partial<DevicePosition>, part: Partial<Change>][] = [
    ['at another cursor', at10, { cursor: 9 }, {}],
    ['in another lineage', at10, { lineage: 'l0' }, {}],
    ['at an earlier page of the first pull', inFirstPull, { next: 'page 2' }, { from: 0, to: 0, next: 'page 3' }],
    ['before the first pull began', inFirstPull, { lineage: '', next: null }, { from: 0, to: 0, next: 'page 2' }],
    ['in a first pull that has ended', at10, { cursor: 0, next: 'page 9' }, { from: 0, to: 12 }],
  ]
  test.each(late)('a page that was asked for %s changes nothing', async (_, position, asked, part) => {
    await fill(store, { position, rows: [message(1, { seq: 9, text: 'newer' })] })
    const before = await readAll(store)
    expect(await applyPulled(store, { ...part, rows: [message(1, { text: 'older' }), message(2)] }, asked)).toBe('gap')
    expect(await readAll(store)).toEqual(before)
  })

  test('another lineage that goes on where this device stands is followed, and the way is kept', async () => {
    await fill(store, { position: at10 })
    expect(await apply(store, { lineage: { id: 'l2', start: 10 }, rows: [user(ben, 'Ben')] })).toBe('applied')
    expect((await readAll(store)).position).toMatchObject({
      ...{ lineage: 'l2', cursor: 11 },
      path: [
        { id: 'l1', start: 0 },
        { id: 'l2', start: 10 },
      ],
    })
  })

  test('rows of every kind are kept as they came, and the cursor with them', async () => {
    await fill(store, { position: at10 })
    const rows = [user(ben, 'Ben'), conversation(), member(ann), member(ben), message(1), ...inGroup(11)]
    rows.push(preference(11, true))
    await apply(store, { rows })
    const after = await readAll(store)
    expect(after.rows).toHaveLength(rows.length)
    expect(after.rows).toEqual(expect.arrayContaining(rows))
    expect(after.position).toMatchObject({ lineage: 'l1', cursor: 11, next: null })
  })

  const older: [string, Row, Row][] = [
    ['user', { ...user(ben, 'New'), seq: 9 }, { ...user(ben, 'Old'), seq: 8 }],
    ['conversation', conversation({ seq: 9, title: 'new' }), conversation({ seq: 8, title: 'old' })],
    ['member', { ...member(ben), seq: 9, since: 9 }, { ...member(ben), seq: 8, since: 8 }],
    ['member that was removed', { ...member(ben), seq: 9, since: 9 }, tombstone(ben, 8)],
    ['message', message(1, { seq: 9, text: 'new' }), message(1, { seq: 8, text: 'old' })],
    ['reading', reading(5, 9), reading(3, 8)],
    ['reaction', reaction(1, ben, [], 9), reaction(1, ben, ['👍'], 8)],
    ['revision', revision(9, null), revision(8)],
    ['delivery', delivery(9), delivery(8)],
    ['seen', seen(9), seen(8)],
    ['setting', setting({ seq: 9, pinned: true }), setting({ seq: 8 })],
    ['draft', draft(9, ''), draft(8)],
    ['preference', preference(9, true), preference(8, false)],
    ['message that one deleted for oneself', hidden(1, true, 9), hidden(1, false, 8)],
  ]
  test.each(older)('an older row of a %s never replaces a newer one', async (_, held, row) => {
    await fill(store, { position: at10, rows: [held] })
    const before = await readAll(store)
    await apply(store, { rows: [row] })
    expect(await readAll(store)).toEqual({ ...before, position: { ...before.position, cursor: 11 } })
  })

  test('a newer row replaces the older one', async () => {
    await fill(store, { position: at10, rows: [message(1, { text: 'old' }), { ...user(ben, 'Old'), seq: 2 }] })
    const rows = [message(1, { seq: 11, text: null }), { ...user(ben, 'New'), seq: 11 }]
    await apply(store, { rows })
    expect(await rowsIn(store)).toEqual(expect.arrayContaining(rows))
    expect((await readAll(store)).latest).toEqual([`${message(1).id} of seq 11`])
  })

  describe('a first pull', () => {
    const old = [user(eva, 'Eva'), conversation(), member(ann), message(1), reading(1, 2)]

    test('replaces what was there, at its first page', async () => {
      await fill(store, { rows: old })
      await applyPulled(store, { from: 0, to: 0, next: 'page 2', rows: [user(ben, 'Ben')] })
      expect(await readAll(store)).toMatchObject({ rows: [user(ben, 'Ben')], latest: [], position: { next: 'page 2' } })
    })

    test('goes on where it was interrupted, and ends at the position of its last page', async () => {
      await applyPulled(store, { from: 0, to: 0, next: 'page 2', rows: [user(ben, 'Ben')] })
      await applyPulled(store, { from: 0, to: 0, next: 'page 3', rows: [user(eva, 'Eva')] })
      await applyPulled(store, { from: 0, to: 9, rows: [user(ann, 'Ann')] })
      const after = await readAll(store)
      expect(after.rows).toHaveLength(3)
      expect(after.position).toMatchObject({ lineage: 'l1', cursor: 9, next: null })
    })

    test('keeps drafts of commands: the outbox stays', async () => {
      const waiting = entry(send('waits'))
      await fill(store, { rows: old, outbox: [waiting] })
      await applyPulled(store, { from: 0, to: 9 })
      expect((await readAll(store)).outbox).toEqual([waiting])
    })
  })

  test('accepted commands go exactly when the cursor reaches them', async () => {
    const accepted = (seq: number) => entry(send(`at ${seq}`), { kind: 'accepted', seq })
    const [early, there, later] = [accepted(9), accepted(11), accepted(12)]
    const waiting = entry(send('waits'))
    const refused = entry(send('no'), { kind: 'refused', code: 'forbidden', message: 'No.' })
    await fill(store, { position: at10, outbox: [early, there, later, waiting, refused] })
    expect(await apply(store, { from: 11, to: 12 })).toBe('gap')
    expect((await readAll(store)).outbox).toHaveLength(5)
    await apply(store, { rows: [message(1, { id: there.id, seq: 11 })] })
    expect((await readAll(store)).outbox).toEqual([later, waiting, refused])
    await apply(store, { from: 11, to: 12 })
    expect((await readAll(store)).outbox).toEqual([waiting, refused])
  })

  test('pages of a first pull leave accepted commands, its last one takes them along', async () => {
    await applyPulled(store, { from: 0, to: 0, next: 'page 2' })
    await fill(store, { outbox: [entry(send('one'), { kind: 'accepted', seq: 8 })] })
    await applyPulled(store, { from: 0, to: 0, next: 'page 3' })
    expect((await readAll(store)).outbox).toHaveLength(1)
    await applyPulled(store, { from: 0, to: 9 })
    expect((await readAll(store)).outbox).toEqual([])
  })

  test('a page before the last one leaves what was accepted: its row may have changed since, and come with a later one', async () => {
    const one = entry(send('one'), { kind: 'accepted', seq: 11 })
    await fill(store, { position: at10, outbox: [one] })
    await applyPulled(store, { to: 12, head: 14 })
    expect((await readAll(store)).outbox).toEqual([one])
    await applyPulled(store, { from: 12, to: 14, rows: [message(1, { id: one.id, seq: 13, pinnedAt: NOON })] })
    expect((await readAll(store)).outbox).toEqual([])
  })

  test('a frame after a page that was not the last takes along what was accepted', async () => {
    await fill(store, {
      position: { ...at10, behind: true },
      outbox: [entry(send('one'), { kind: 'accepted', seq: 9 })],
    })
    await apply(store, {})
    expect((await readAll(store)).outbox).toEqual([])
  })

  test('in a lineage never heard of, what was accepted waits again: it may have been so in a history that ended', async () => {
    const [arrived, ahead] = [
      entry(send('one'), { kind: 'accepted', seq: 11 }),
      entry(send('two'), { kind: 'accepted', seq: 40 }),
    ]
    const no = entry(send('no'), { kind: 'refused', code: 'forbidden', message: 'No.' })
    await fill(store, { position: at10, outbox: [arrived, ahead, no] })
    await apply(store, { lineage: { id: 'l2', start: 10 } })
    const states = (await readAll(store)).outbox.map(({ state }) => state)
    const again = { kind: 'waiting', offeredAt: NOON }
    expect(states).toEqual([again, again, no.state])
  })

  test('a first pull takes the place of all there was, rows of every kind', async () => {
    await fill(store, { rows: [user(ben, 'Ben'), conversation(), message(1), ...inGroup(3), preference(3, true)] })
    await applyPulled(store, { from: 0, to: 0, next: 'page 2', rows: [user(eva, 'Eva')] })
    expect(await rowsIn(store)).toEqual([user(eva, 'Eva')])
    await applyPulled(store, { from: 0, to: 9, rows: [message(2, { mentions: [ann] })] })
    expect(await rowsIn(store)).toHaveLength(2)
    expect((await readAll(store)).mentions).toHaveLength(1)
  })

  const broken: (keyof ClientTables & ('users' | 'members' | 'messages' | 'latest' | 'outbox' | 'readings'))[] = [
    ...(['users', 'members', 'messages', 'latest', 'outbox', 'readings'] as const),
  ]
  test.each(broken)('when %s cannot be written, nothing is', async (table) => {
    const accepted = entry(send('one'), { kind: 'accepted', seq: 11 })
    await fill(store, { position: at10, rows: [user(ben, 'Old'), member(eva)], outbox: [accepted] })
    const before = await readAll(store)
    const full = () => Promise.reject(new Error('the disk is full'))
    const rows = [{ ...user(ben, 'New'), seq: 11 }, tombstone(eva, 11), member(ann), message(1), reading(1, 11)]
    const applying = store.transact((tables) =>
      applyFrame<Campus>(
        { ...tables, [table]: { ...tables[table], bulkPut: full, bulkDelete: full } },
        kind,
        change({ rows }),
      ),
    )
    await expect(applying).rejects.toThrow('disk is full')
    expect(await readAll(store)).toEqual(before)
  })

  test('when the cursor cannot be stored, no row is', async () => {
    await fill(store, { position: at10 })
    const setPosition = () => Promise.reject(new Error('the disk is full'))
    const rows = [user(ben, 'Ben'), message(1)]
    const applying = store.transact((tables) => applyFrame<Campus>({ ...tables, setPosition }, kind, change({ rows })))
    await expect(applying).rejects.toThrow('disk is full')
    expect(await rowsIn(store)).toEqual([])
  })
})
