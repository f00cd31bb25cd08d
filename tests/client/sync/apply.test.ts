import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { applyHistory } from '../../../client/sync/apply-rows.ts'
import { createCampusKind } from '../../../client/sync/campus-kind.ts'
import { applyFrame, applyPage } from '../../../client/sync/log/apply.ts'
import type { Change as LogChange } from '../../../client/sync/log/kind.ts'
import type { DevicePosition } from '../../../client/sync/log/position.ts'
import type { Campus, ClientStore, ClientTables } from '../../../client/sync/tables.ts'
import type { HistoryPage } from '../../../shared/protocol/http.ts'
import { SEEN_STEPS_MAX } from '../../../shared/protocol/limits.ts'
import type {
  LiveRow,
  MemberRow,
  MessageRow,
  ReadingRow,
  ReceiptsRow,
  Row,
  SeenRow,
} from '../../../shared/protocol/rows.ts'
import { toRuns } from '../../../shared/runs.ts'
import { ann, ben, conversation, entry, eva, exampleId, group, member, message, send, user } from '../data/example.ts'
import { event, hidden, NOON, reaction, setting } from '../data/example.ts'
import { clearAll, fill, readAll, stores, type OpenStore } from './stores.ts'

type Change = LogChange<LiveRow>
const kind = createCampusKind(ann, { now: () => NOON })
const change = (part: Partial<Change> = {}): Change => ({
  lineage: { id: 'l1', start: 0 },
  from: 10,
  to: 11,
  next: null,
  rows: [],
  ...part,
})
const at10: Partial<DevicePosition> = { lineage: 'l1', cursor: 10, path: [{ id: 'l1', start: 0 }] }
const reading = (n: number, seq: number): ReadingRow => ({ type: 'reading', seq, conversationId: group, n })
const tombstone = (userId: string, seq: number): MemberRow => ({ ...member(userId), seq, removed: true })
const hanging = { conversationId: group, messageId: message(1).id }
const revision = (seq: number, text: string | null = 'before'): Row => ({
  ...{ type: 'revision', seq, ...hanging, k: 1, text, at: NOON },
})
const delivery = (seq: number, userId = ben): Row => ({ type: 'delivery', seq, conversationId: group, userId, n: seq })
const seen = (seq: number, userId = ben): Row => ({
  ...{ type: 'seen', seq, conversationId: group, userId, steps: [{ n: seq, at: NOON }] },
})
const draft = (seq: number, text = 'begun'): Row => ({
  ...{ type: 'draft', seq, conversationId: group, text, replyToId: null, changedAt: NOON },
})
const preference = (seq: number, tells: boolean): Row => ({ type: 'preference', seq, seen: tells, presence: true })
/** What hangs on a conversation, or is somebody's own in it. */
const inGroup = (seq: number) => [
  ...[
    revision(seq),
    reaction(1, ben, ['👍'], seq),
    delivery(seq),
    seen(seq),
    reading(1, seq),
    setting({ seq }),
    draft(seq),
    { ...event(1, { kind: 'renamed', title: 'Film club' }), seq },
    hidden(1, true, seq),
  ],
]

describe.each(stores)('applying to the %s store', (name, openStore) => {
  let open: OpenStore
  let store: ClientStore
  beforeEach(() => {
    open = openStore()
    store = open.store
  })
  afterEach(() => open.close())

  /** Applies a live frame. */
  const apply = (part: Partial<Change>) => store.transact((tables) => applyFrame<Campus>(tables, kind, change(part)))
  /** Applies a page of a pull that was asked for from where the device stands, or from elsewhere; the last one unless its head says otherwise. */
  const applyPulled = (part: Partial<Change> & { head?: number }, asked?: Partial<DevicePosition>) =>
    store.transact(async (tables) => {
      const page = change(part)
      const position = { ...(await tables.getPosition()), ...asked }
      return applyPage<Campus>(tables, kind, position, { ...page, head: part.head ?? page.to })
    })
  const rowsHere = async () => (await readAll(store)).rows

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
    expect(await apply({ ...part, rows: [user(ben, 'Ben')] })).toBe(outcome)
    const after = await readAll(store)
    expect(after.position.cursor).toBe(cursor)
    expect(after.rows).toHaveLength(outcome === 'applied' ? 1 : 0)
  })

  const pages: typeof cases = [...cases, ['is the first of all', {}, { from: 0, to: 5 }, 'applied', 5]]
  test.each(pages)('a page that %s', async (_, position, part, outcome, cursor) => {
    await fill(store, { position })
    expect(await applyPulled({ ...part, rows: [user(ben, 'Ben')] })).toBe(outcome)
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
    expect(await applyPulled({ ...part, rows: [message(1, { text: 'older' }), message(2)] }, asked)).toBe('gap')
    expect(await readAll(store)).toEqual(before)
  })

  test('another lineage that goes on where this device stands is followed, and the way is kept', async () => {
    await fill(store, { position: at10 })
    expect(await apply({ lineage: { id: 'l2', start: 10 }, rows: [user(ben, 'Ben')] })).toBe('applied')
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
    await apply({ rows })
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
    await apply({ rows: [row] })
    expect(await readAll(store)).toEqual({ ...before, position: { ...before.position, cursor: 11 } })
  })

  test('a newer row replaces the older one', async () => {
    await fill(store, { position: at10, rows: [message(1, { text: 'old' }), { ...user(ben, 'Old'), seq: 2 }] })
    const rows = [message(1, { seq: 11, text: null }), { ...user(ben, 'New'), seq: 11 }]
    await apply({ rows })
    expect(await rowsHere()).toEqual(expect.arrayContaining(rows))
    expect((await readAll(store)).latest).toEqual([`${message(1).id} of seq 11`])
  })

  describe('one’s own membership', () => {
    const held = [conversation(), member(ann), member(ben), message(1), message(2), ...inGroup(2), user(ben, 'Ben')]

    test('that ended removes the conversation and leaves people and commands', async () => {
      const waiting = entry(send('not sent yet'))
      await fill(store, { position: at10, rows: held, outbox: [waiting] })
      await apply({ rows: [tombstone(ann, 11)] })
      expect(await readAll(store)).toMatchObject({ rows: [user(ben, 'Ben')], latest: [], outbox: [waiting] })
    })

    test('that began anew voids what was held before', async () => {
      await fill(store, { position: at10, rows: held })
      const again = { ...member(ann), seq: 11, since: 11 }
      const rows = [message(7, { seq: 7 }), conversation({ seq: 8, title: 'Renamed' }), again]
      await apply({ rows })
      expect(await rowsHere()).toHaveLength(4)
      expect(await rowsHere()).toEqual(expect.arrayContaining([...rows, user(ben, 'Ben')]))
    })

    test('that only changed keeps what is held', async () => {
      await fill(store, { position: at10, rows: held })
      await apply({ rows: [{ ...member(ann), seq: 11 }] })
      expect(await rowsHere()).toHaveLength(held.length)
    })

    test('in a conversation never seen is just taken up', async () => {
      await fill(store, { position: at10 })
      const rows = [message(1), conversation(), { ...member(ann), seq: 11, since: 11 }]
      await apply({ rows })
      expect(await rowsHere()).toHaveLength(3)
    })

    test('in a conversation never held and ended at once leaves nothing', async () => {
      await fill(store, { position: at10 })
      await apply({ rows: [tombstone(ann, 11)] })
      expect(await rowsHere()).toEqual([])
    })
  })

  test('another’s tombstone removes their member row alone', async () => {
    await fill(store, { position: at10, rows: [conversation(), member(ann), member(ben), message(1)] })
    await apply({ rows: [tombstone(ben, 11)] })
    expect(await rowsHere()).toHaveLength(3)
    expect(await rowsHere()).not.toContainEqual(member(ben))
  })

  describe('a group that one is not in any more', () => {
    const departures = () => store.transact((tables) => Promise.resolve(tables.departures.toArray()))
    const putOut: MemberRow = { ...tombstone(ann, 11), removedBy: ben, removedAt: NOON }
    const held = [
      ...[conversation(), member(ann), member(ben), message(1), draft(9, 'half a word')],
      ...[hidden(1), event(1, { kind: 'renamed', title: 'Film club' })],
    ]

    test('leaves behind by whom and when, and what was begun there elsewhere', async () => {
      await fill(store, { position: at10, rows: held })
      await apply({ rows: [putOut] })
      expect(await rowsHere()).toEqual([])
      expect(await departures()).toEqual([
        {
          ...{ conversationId: group, title: 'Film club', byId: ben, at: NOON },
          ...{ isCertain: true, text: 'half a word', begunAt: NOON },
        },
      ])
    })

    test('leaves nothing behind when it was not on the device, so that what was dismissed stays so', async () => {
      await fill(store, { position: at10 })
      await apply({ rows: [putOut] })
      expect(await departures()).toEqual([])
    })

    test('is none any more once one is let in again', async () => {
      await fill(store, { position: at10, rows: held })
      await apply({ rows: [putOut] })
      await apply({ from: 11, to: 12, rows: [conversation({ seq: 12 }), { ...member(ann), seq: 12, since: 12 }] })
      expect(await departures()).toEqual([])
    })

    test('is known by a first pull that does not bring it', async () => {
      await fill(store, { position: at10, rows: [...held, conversation({ id: exampleId(101), title: 'Chess' })] })
      const nowhere = { lineage: '', cursor: 0, next: null, path: [] }
      await fill(store, { position: nowhere })
      await applyPulled({ from: 0, to: 12, rows: [conversation(), member(ann)] })
      expect(await departures()).toMatchObject([{ title: 'Chess', byId: null, at: null, isCertain: false }])
    })
  })

  test('somebody added and removed within one burst is no member', async () => {
    await fill(store, { position: at10, rows: [conversation(), member(ann)] })
    await apply({ to: 12, rows: [{ ...member(ben), seq: 11, since: 11 }, tombstone(ben, 12)] })
    expect(await rowsHere()).toHaveLength(2)
  })

  test('somebody removed and added again within one burst is a member', async () => {
    await fill(store, { position: at10, rows: [conversation(), member(ann), member(ben)] })
    const again = { ...member(ben), seq: 12, since: 12 }
    await apply({ to: 12, rows: [tombstone(ben, 11), again] })
    expect(await rowsHere()).toContainEqual(again)
  })

  test('the latest is the message of greatest n, whatever comes later or again', async () => {
    const latest = async () => (await readAll(store)).latest
    await fill(store, { position: at10 })
    await apply({ rows: [message(4), message(5), message(3)] })
    expect(await latest()).toEqual([`${message(5).id} of seq 5`])
    await apply({ from: 11, to: 12, rows: [message(2, { seq: 12, text: 'edited' })] })
    expect(await latest()).toEqual([`${message(5).id} of seq 5`])
    await apply({ from: 12, to: 13, rows: [message(5, { seq: 13, text: null })] })
    expect(await latest()).toEqual([`${message(5).id} of seq 13`])
    await apply({ from: 13, to: 14, rows: [message(6, { seq: 14 })] })
    expect(await latest()).toEqual([`${message(6).id} of seq 14`])
  })

  describe('a first pull', () => {
    const old = [user(eva, 'Eva'), conversation(), member(ann), message(1), reading(1, 2)]

    test('replaces what was there, at its first page', async () => {
      await fill(store, { rows: old })
      await applyPulled({ from: 0, to: 0, next: 'page 2', rows: [user(ben, 'Ben')] })
      expect(await readAll(store)).toMatchObject({ rows: [user(ben, 'Ben')], latest: [], position: { next: 'page 2' } })
    })

    test('goes on where it was interrupted, and ends at the position of its last page', async () => {
      await applyPulled({ from: 0, to: 0, next: 'page 2', rows: [user(ben, 'Ben')] })
      await applyPulled({ from: 0, to: 0, next: 'page 3', rows: [user(eva, 'Eva')] })
      await applyPulled({ from: 0, to: 9, rows: [user(ann, 'Ann')] })
      const after = await readAll(store)
      expect(after.rows).toHaveLength(3)
      expect(after.position).toMatchObject({ lineage: 'l1', cursor: 9, next: null })
    })

    test('keeps drafts of commands: the outbox stays', async () => {
      const waiting = entry(send('waits'))
      await fill(store, { rows: old, outbox: [waiting] })
      await applyPulled({ from: 0, to: 9 })
      expect((await readAll(store)).outbox).toEqual([waiting])
    })
  })

  test('accepted commands go exactly when the cursor reaches them', async () => {
    const accepted = (seq: number) => entry(send(`at ${seq}`), { kind: 'accepted', seq })
    const [early, there, later] = [accepted(9), accepted(11), accepted(12)]
    const waiting = entry(send('waits'))
    const refused = entry(send('no'), { kind: 'refused', code: 'forbidden', message: 'No.' })
    await fill(store, { position: at10, outbox: [early, there, later, waiting, refused] })
    expect(await apply({ from: 11, to: 12 })).toBe('gap')
    expect((await readAll(store)).outbox).toHaveLength(5)
    await apply({ rows: [message(1, { id: there.id, seq: 11 })] })
    expect((await readAll(store)).outbox).toEqual([later, waiting, refused])
    await apply({ from: 11, to: 12 })
    expect((await readAll(store)).outbox).toEqual([waiting, refused])
  })

  test('pages of a first pull leave accepted commands, its last one takes them along', async () => {
    await applyPulled({ from: 0, to: 0, next: 'page 2' })
    await fill(store, { outbox: [entry(send('one'), { kind: 'accepted', seq: 8 })] })
    await applyPulled({ from: 0, to: 0, next: 'page 3' })
    expect((await readAll(store)).outbox).toHaveLength(1)
    await applyPulled({ from: 0, to: 9 })
    expect((await readAll(store)).outbox).toEqual([])
  })

  test('a page before the last one leaves what was accepted: its row may have changed since, and come with a later one', async () => {
    const one = entry(send('one'), { kind: 'accepted', seq: 11 })
    await fill(store, { position: at10, outbox: [one] })
    await applyPulled({ to: 12, head: 14 })
    expect((await readAll(store)).outbox).toEqual([one])
    await applyPulled({ from: 12, to: 14, rows: [message(1, { id: one.id, seq: 13, pinnedAt: NOON })] })
    expect((await readAll(store)).outbox).toEqual([])
  })

  test('a frame after a page that was not the last takes along what was accepted', async () => {
    await fill(store, {
      position: { ...at10, behind: true },
      outbox: [entry(send('one'), { kind: 'accepted', seq: 9 })],
    })
    await apply({})
    expect((await readAll(store)).outbox).toEqual([])
  })

  test('in a lineage never heard of, what was accepted waits again: it may have been so in a history that ended', async () => {
    const [arrived, ahead] = [
      entry(send('one'), { kind: 'accepted', seq: 11 }),
      entry(send('two'), { kind: 'accepted', seq: 40 }),
    ]
    const no = entry(send('no'), { kind: 'refused', code: 'forbidden', message: 'No.' })
    await fill(store, { position: at10, outbox: [arrived, ahead, no] })
    await apply({ lineage: { id: 'l2', start: 10 } })
    const states = (await readAll(store)).outbox.map(({ state }) => state)
    const again = { kind: 'waiting', offeredAt: NOON }
    expect(states).toEqual([again, again, no.state])
  })

  test('where history came from beyond the cursor, a lineage never heard of means to pull from the beginning', async () => {
    const position = { ...at10, ahead: 12 }
    const find = () => store.transact((tables) => Promise.resolve(tables.getPosition()))
    await fill(store, { position, rows: [conversation(), member(ann), message(1, { seq: 12 })] })
    expect(await apply({ lineage: { id: 'l2', start: 10 } })).toBe('gap')
    expect(await find()).toMatchObject({ cursor: 0, lineage: '', path: [], restoring: true })
    await fill(store, { position })
    expect(await apply({ to: 12 })).toBe('applied')
    expect((await find()).ahead).toBeUndefined()
    expect(await apply({ lineage: { id: 'l2', start: 12 }, from: 12, to: 13 })).toBe('applied')
  })

  test('where history came from beyond the cursor, what one wrote there is offered again once the log has lost it', async () => {
    const [mine, other, early] = [
      message(3, { seq: 12, authorId: ann }),
      message(2, { seq: 11 }),
      message(1, { seq: 9 }),
    ]
    await fill(store, { position: { ...at10, ahead: 12 }, rows: [conversation(), member(ann), early, other, mine] })
    expect(await apply({ lineage: { id: 'l2', start: 10 } })).toBe('gap')
    const { outbox } = await readAll(store)
    expect(outbox.map(({ command }) => command)).toMatchObject([{ type: 'message.send', id: mine.id, text: mine.text }])
    expect(outbox.map(({ state }) => state)).toEqual([{ kind: 'waiting', offeredAt: NOON }])
  })

  test('where history came from beyond the cursor in a lineage that the log goes on in, nothing of it is lost or said again', async () => {
    const position = { ...at10, ahead: 12, aheadIn: 'l2' }
    const mine = message(3, { seq: 12, authorId: ann })
    await fill(store, { position, rows: [conversation(), member(ann), mine] })
    expect(await apply({ lineage: { id: 'l2', start: 10 } })).toBe('applied')
    expect(await readAll(store)).toMatchObject({ outbox: [], position: { cursor: 11, ahead: 12, aheadIn: 'l2' } })
    expect(await apply({ lineage: { id: 'l3', start: 11 }, from: 11, to: 13 })).toBe('gap')
  })

  describe('a mention', () => {
    const here = [conversation(), member(ann), member(ben)]
    const mentions = async () => (await readAll(store)).mentions
    const at = (n: number) => `${n} in ${group}`

    test('of me by name or with all is kept, of others and by myself is not', async () => {
      await fill(store, { position: at10, rows: here })
      await apply({
        rows: [
          message(1, { mentions: [eva, ann] }),
          message(2, { mentions: [eva] }),
          message(3, { mentionsAll: true }),
          message(4, { mentionsAll: true, authorId: ann }),
          message(5, { mentions: [ann], text: null }),
          message(6),
        ],
      })
      expect(await mentions()).toEqual([at(1), at(3)])
    })

    const ends: [string, Partial<MessageRow>][] = [
      ['edited away', { text: 'nobody', editedAt: NOON, edits: 1 }],
      ['deleted', { text: null, mentions: [ann] }],
    ]
    test.each(ends)('that is %s goes, also in one burst with its message', async (_, changed) => {
      await fill(store, { position: at10, rows: here })
      await apply({ rows: [message(1, { mentions: [ann] })] })
      expect(await mentions()).toEqual([at(1)])
      await apply({ from: 11, to: 12, rows: [message(1, { seq: 12, ...changed })] })
      expect(await mentions()).toEqual([])
      const burst = [message(2, { seq: 13, mentions: [ann] }), message(2, { seq: 14, ...changed })]
      await apply({ from: 12, to: 14, rows: burst })
      expect(await mentions()).toEqual([])
    })

    test('that an edit adds is kept', async () => {
      await fill(store, { position: at10, rows: [...here, message(1)] })
      await apply({ rows: [message(1, { seq: 11, mentions: [ann], editedAt: NOON, edits: 1 })] })
      expect(await mentions()).toEqual([at(1)])
    })

    test('goes with the conversation', async () => {
      await fill(store, { position: at10, rows: here })
      await apply({ rows: [message(1, { mentions: [ann] })] })
      await apply({ from: 11, to: 12, rows: [tombstone(ann, 12)] })
      expect(await mentions()).toEqual([])
    })

    test('older than what a page of history was overtaken by stays away', async () => {
      await fill(store, { position: at10, rows: [...here, message(1, { seq: 9, editedAt: NOON })] })
      await store.transact((tables) => applyHistory(tables, ann, { rows: [message(1, { seq: 5, mentions: [ann] })] }))
      expect(await mentions()).toEqual([])
    })
  })

  test('history brings reactions and revisions, and never an older one in place of a newer', async () => {
    const newer = [message(1), reaction(1, ben, [], 9), revision(9, null)]
    await fill(store, { position: at10, rows: newer })
    const page = [message(1), message(2), reaction(1, ben, ['👍'], 8), revision(8), reaction(1, eva, ['🎉'], 7)]
    await store.transact((tables) => applyHistory(tables, ann, { rows: page as HistoryPage['rows'] }))
    expect(await rowsHere()).toHaveLength(5)
    expect(await rowsHere()).toEqual(expect.arrayContaining([...newer, message(2), reaction(1, eva, ['🎉'], 7)]))
  })

  test('when "seen" is switched off, what anybody has seen goes; switched on, it comes and stays', async () => {
    await fill(store, { position: at10, rows: [seen(1), seen(2, ann), delivery(3)] })
    await apply({ rows: [preference(11, false)] })
    expect(await rowsHere()).toEqual([delivery(3), preference(11, false)])
    await apply({ from: 11, to: 12, rows: [seen(1), preference(12, true)] })
    expect(await rowsHere()).toEqual(expect.arrayContaining([seen(1), preference(12, true)]))
  })

  test('what a member received and saw stays when they leave, as the server keeps it', async () => {
    await fill(store, { position: at10, rows: [member(ben), delivery(3), seen(3)] })
    await apply({ rows: [tombstone(ben, 11)] })
    expect(await rowsHere()).toEqual([delivery(3), seen(3)])
  })

  describe('what many received and saw, told as one row,', () => {
    /** Each is named by where their membership began. */
    const joined = (userId: string, since: number): MemberRow => ({ ...member(userId), since, seq: since })
    const people = [joined(ann, 2), joined(ben, 3), joined(eva, 4)]
    const receipts = (part: Partial<ReceiptsRow>): ReceiptsRow => ({
      ...{ type: 'receipts', seq: 11, conversationId: group, received: [], seen: [], ...part },
    })
    const told = async () => (await rowsHere()).filter(({ type }) => type === 'delivery' || type === 'seen')

    test('is kept as the rows that a pull would bring', async () => {
      await fill(store, { position: at10, rows: people })
      const received: ReceiptsRow['received'] = [
        [7, toRuns([2, 3])],
        [5, toRuns([4])],
      ]
      await apply({ rows: [receipts({ received, seen: [[6, NOON, toRuns([4])]] })] })
      const delivered = (userId: string, n: number) => ({ type: 'delivery', seq: 11, conversationId: group, userId, n })
      expect(await told()).toEqual(
        expect.arrayContaining([
          ...[delivered(ann, 7), delivered(ben, 7), delivered(eva, 5)],
          { type: 'seen', seq: 11, conversationId: group, userId: eva, steps: [{ n: 6, at: NOON }] },
        ]),
      )
      expect(await told()).toHaveLength(4)
    })

    test('adds a step to those that were known, and takes the place of none that is newer', async () => {
      const steps = [
        { n: 2, at: NOON - 2 },
        { n: 4, at: NOON - 1 },
      ]
      const before: SeenRow = { type: 'seen', seq: 9, conversationId: group, userId: ben, steps }
      const newer: SeenRow = { type: 'seen', seq: 12, conversationId: group, userId: eva, steps }
      await fill(store, { position: at10, rows: [...people, before, newer, delivery(12, eva)] })
      const runs = toRuns([3, 4])
      await apply({ rows: [receipts({ received: [[5, runs]], seen: [[5, NOON, runs]] })] })
      expect(await told()).toEqual(
        expect.arrayContaining([
          { ...before, seq: 11, steps: [...steps, { n: 5, at: NOON }] },
          { ...delivery(11, ben), n: 5 },
          ...[newer, delivery(12, eva)],
        ]),
      )
    })

    test('keeps no more steps than the server does', async () => {
      await fill(store, { position: at10, rows: people })
      for (let n = 1; n <= SEEN_STEPS_MAX + 3; n += 1) {
        await apply({ from: 9 + n, to: 10 + n, rows: [receipts({ seq: 10 + n, seen: [[n, NOON + n, toRuns([3])]] })] })
      }
      const [seenByBen] = await told()
      const steps = seenByBen?.type === 'seen' ? seenByBen.steps.map(({ n }) => n) : []
      expect(steps).toEqual(Array.from({ length: SEEN_STEPS_MAX }, (_, index) => index + 4))
    })

    test('says nothing of who is not in it any more, or comes only after', async () => {
      await fill(store, { position: at10, rows: people })
      const out = { ...joined(ben, 3), seq: 11, removed: true }
      await apply({ rows: [out, receipts({ received: [[5, toRuns([3, 9])]] })] })
      expect(await told()).toEqual([])
    })

    test.each<[what: string, held: Row[], rows: LiveRow[]]>([
      ['who leave', [joined(ben, 3)], [{ ...joined(ben, 3), seq: 12, removed: true }]],
      ['who leave and come back', [joined(ben, 3)], [joined(ben, 12)]],
      ['who come and leave', [], [joined(ben, 3), { ...joined(ben, 3), seq: 12, removed: true }]],
    ])('names those %s in the same burst, as without it', async (_, held, rows) => {
      await fill(store, { position: at10, rows: [joined(ann, 2), ...held] })
      await apply({ to: 12, rows: [receipts({ received: [[5, toRuns([3])]] }), ...rows] })
      expect(await told()).toEqual([{ ...delivery(11, ben), n: 5 }])
    })

    test('names those who came in the same frame', async () => {
      await fill(store, { position: at10, rows: [joined(ann, 2)] })
      await apply({ rows: [receipts({ received: [[5, toRuns([11])]] }), joined(ben, 11)] })
      expect(await told()).toEqual([{ ...delivery(11, ben), n: 5 }])
    })
  })

  test('a picture that was replaced or taken away goes, any other stays', async () => {
    const [old, other] = [exampleId(401), exampleId(402)]
    await fill(store, {
      position: at10,
      rows: [
        { ...user(ben, 'Ben'), pictureId: old },
        { ...user(eva, 'Eva'), pictureId: other },
      ],
    })
    const bytes = new ArrayBuffer(4)
    await store.transact(async (tables) => {
      await tables.pictures.bulkPut([
        { id: old, bytes },
        { id: other, bytes },
      ])
    })
    const held = () => store.transact(async (tables) => (await tables.pictures.toArray()).map(({ id }) => id))
    await apply({
      rows: [
        { ...user(ben, 'Ben'), seq: 11, pictureId: null },
        { ...user(eva, 'Eva of old'), seq: 0, pictureId: null },
        { ...user(ann, 'Ann'), seq: 11 },
      ],
    })
    expect(await held()).toEqual([other])
    await apply({ from: 11, to: 12, rows: [{ ...user(eva, 'Renamed'), seq: 12, pictureId: other }] })
    expect(await held()).toEqual([other])
    await apply({ from: 12, to: 13, rows: [{ ...user(eva, 'Renamed'), seq: 13, pictureId: exampleId(403) }] })
    expect(await held()).toEqual([])
  })

  test('the picture of a group goes with the membership, and any other stays', async () => {
    const [its, other] = [exampleId(401), exampleId(402)]
    await fill(store, { position: at10, rows: [conversation({ pictureId: its }), member(ann)] })
    await store.transact(async (tables) => {
      await tables.pictures.bulkPut([its, other].map((id) => ({ id, bytes: new ArrayBuffer(4) })))
    })
    const held = () => store.transact(async (tables) => (await tables.pictures.toArray()).map(({ id }) => id))
    await apply({ rows: [tombstone(ann, 11)] })
    expect(await held()).toEqual([other])
  })

  test('a first pull takes the place of all there was, rows of every kind', async () => {
    await fill(store, { rows: [user(ben, 'Ben'), conversation(), message(1), ...inGroup(3), preference(3, true)] })
    await applyPulled({ from: 0, to: 0, next: 'page 2', rows: [user(eva, 'Eva')] })
    expect(await rowsHere()).toEqual([user(eva, 'Eva')])
    await applyPulled({ from: 0, to: 9, rows: [message(2, { mentions: [ann] })] })
    expect(await rowsHere()).toHaveLength(2)
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
    expect(await rowsHere()).toEqual([])
  })

  const numRuns = name === 'memory' ? 200 : 15

  test('applying any page twice is applying it once', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (frames) => {
        await start(store)
        for (const frame of frames) expect(await apply(frame)).toBe('applied')
        const once = await readAll(store)
        for (const frame of frames) expect(await apply(frame)).not.toBe('gap')
        expect(await readAll(store)).toEqual(once)
        // Even forced onto a device that has forgotten how far it was.
        const last = frames.at(-1)
        if (last === undefined) return
        await fill(store, { position: { cursor: last.from } })
        await apply(last)
        expect(await readAll(store)).toEqual(once)
      }),
      { numRuns },
    )
  })

  test('a burst applied as one is what its frames are one by one', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (frames) => {
        await start(store)
        for (const frame of frames) await apply(frame)
        const apart = await readAll(store)
        await start(store)
        const [first, last] = [frames[0], frames.at(-1)]
        if (first === undefined || last === undefined) return
        await apply({ from: first.from, to: last.to, rows: frames.flatMap((frame) => frame.rows) })
        expect(await readAll(store)).toEqual(apart)
      }),
      { numRuns },
    )
  })
})

async function start(store: ClientStore): Promise<void> {
  await store.transact(async (tables) => {
    await clearAll(tables)
  })
  const rows = [user(ben, 'Ben'), conversation(), member(ann), member(ben), message(1), message(2), reading(1, 2)]
  await fill(store, { position: { ...at10, next: null }, rows })
}

/** One change of what a device may hear live; its seq is put in later. */
const someRow: fc.Arbitrary<(seq: number) => Row> = fc.oneof(
  fc.constantFrom(ben, eva).map((id) => (seq: number): Row => ({ ...user(id, `name ${seq}`), seq })),
  fc.constant((seq: number): Row => conversation({ seq, title: `title ${seq}` })),
  fc
    .tuple(fc.constantFrom(ben, eva), fc.boolean())
    .map(([id, removed]) => (seq: number): Row => ({ ...member(id), seq, since: seq, removed })),
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean()).map(
    ([n, deleted]) =>
      (seq: number): Row =>
        message(n, { seq, text: deleted ? null : `text ${seq}`, editedAt: NOON + seq }),
  ),
  fc.integer({ min: 1, max: 6 }).map(
    (n) =>
      (seq: number): Row =>
        reading(n, seq),
  ),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(ann, ben), fc.subarray(['👍', '🎉'])).map(
    ([n, id, emoji]) =>
      (seq: number): Row =>
        reaction(n, id, emoji, seq),
  ),
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.subarray([ann, eva])).map(
    ([n, mentions]) =>
      (seq: number): Row =>
        message(n, { seq, mentions, editedAt: NOON + seq }),
  ),
  fc
    .tuple(fc.constantFrom(ann, ben), fc.integer({ min: 1, max: 6 }))
    .map(([userId, n]) => (seq: number): Row => ({ type: 'delivery', seq, conversationId: group, userId, n })),
  fc.integer({ min: 1, max: 3 }).map((n) => (seq: number): Row => {
    const conversationId = exampleId(200 + n)
    return message(n, { seq, id: exampleId(2_000 + n), conversationId })
  }),
)

/** Frames as the hub tells them: one after the other, each key once in a frame, rows in the order of seq. */
const history: fc.Arbitrary<Change[]> = fc
  .array(fc.array(someRow, { maxLength: 4 }), { minLength: 1, maxLength: 6 })
  .map((frames) => {
    let seq = 10
    return frames.map((makers): Change => {
      const from = seq
      const newest = new Map<string, Row>()
      for (const make of makers) {
        const row = make((seq += 1))
        newest.delete(keyOf(row))
        newest.set(keyOf(row), row)
      }
      return change({ from, to: seq, rows: [...newest.values()] })
    })
  })

function keyOf(row: Row): string {
  const parts = ['id', 'conversationId', 'messageId', 'userId', 'k'] as const
  const key = 'id' in row ? { id: row.id } : row
  return [row.type, ...parts.map((part) => (part in key ? key[part as keyof typeof key] : ''))].join()
}
