import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ClientStore } from '../../../client/sync/tables.ts'
import type { MemberRow } from '../../../shared/protocol/rows.ts'
import {
  ann,
  ben,
  conversation,
  entry,
  event,
  exampleId,
  group,
  hidden,
  member,
  message,
  NOON,
  send,
  user,
} from '../data/example.ts'
import { apply, applyPulled, at10, draft, inGroup, rowsIn, tombstone } from './applying.ts'
import { fill, readAll, stores, type OpenStore } from './stores.ts'

describe.each(stores)('applying memberships to the %s store', (_, openStore) => {
  let open: OpenStore
  let store: ClientStore
  beforeEach(() => {
    open = openStore()
    store = open.store
  })
  afterEach(() => open.close())

  describe('one’s own membership', () => {
    const held = [conversation(), member(ann), member(ben), message(1), message(2), ...inGroup(2), user(ben, 'Ben')]

    test('that ended removes the conversation and leaves people and commands', async () => {
      const waiting = entry(send('not sent yet'))
      await fill(store, { position: at10, rows: held, outbox: [waiting] })
      await apply(store, { rows: [tombstone(ann, 11)] })
      expect(await readAll(store)).toMatchObject({ rows: [user(ben, 'Ben')], latest: [], outbox: [waiting] })
    })

    test('that began anew voids what was held before', async () => {
      await fill(store, { position: at10, rows: held })
      const again = { ...member(ann), seq: 11, since: 11 }
      const rows = [message(7, { seq: 7 }), conversation({ seq: 8, title: 'Renamed' }), again]
      await apply(store, { rows })
      expect(await rowsIn(store)).toHaveLength(4)
      expect(await rowsIn(store)).toEqual(expect.arrayContaining([...rows, user(ben, 'Ben')]))
    })

    test('that only changed keeps what is held', async () => {
      await fill(store, { position: at10, rows: held })
      await apply(store, { rows: [{ ...member(ann), seq: 11 }] })
      expect(await rowsIn(store)).toHaveLength(held.length)
    })

    test('in a conversation never seen is just taken up', async () => {
      await fill(store, { position: at10 })
      const rows = [message(1), conversation(), { ...member(ann), seq: 11, since: 11 }]
      await apply(store, { rows })
      expect(await rowsIn(store)).toHaveLength(3)
    })

    test('in a conversation never held and ended at once leaves nothing', async () => {
      await fill(store, { position: at10 })
      await apply(store, { rows: [tombstone(ann, 11)] })
      expect(await rowsIn(store)).toEqual([])
    })
  })

  test('another’s tombstone removes their member row alone', async () => {
    await fill(store, { position: at10, rows: [conversation(), member(ann), member(ben), message(1)] })
    await apply(store, { rows: [tombstone(ben, 11)] })
    expect(await rowsIn(store)).toHaveLength(3)
    expect(await rowsIn(store)).not.toContainEqual(member(ben))
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
      await apply(store, { rows: [putOut] })
      expect(await rowsIn(store)).toEqual([])
      expect(await departures()).toEqual([
        {
          ...{ conversationId: group, title: 'Film club', byId: ben, at: NOON },
          ...{ isCertain: true, text: 'half a word', begunAt: NOON },
        },
      ])
    })

    test('leaves nothing behind when it was not on the device, so that what was dismissed stays so', async () => {
      await fill(store, { position: at10 })
      await apply(store, { rows: [putOut] })
      expect(await departures()).toEqual([])
    })

    test('is none any more once one is let in again', async () => {
      await fill(store, { position: at10, rows: held })
      await apply(store, { rows: [putOut] })
      await apply(store, {
        from: 11,
        to: 12,
        rows: [conversation({ seq: 12 }), { ...member(ann), seq: 12, since: 12 }],
      })
      expect(await departures()).toEqual([])
    })

    test('is known by a first pull that does not bring it', async () => {
      await fill(store, { position: at10, rows: [...held, conversation({ id: exampleId(101), title: 'Chess' })] })
      const nowhere = { lineage: '', cursor: 0, next: null, path: [] }
      await fill(store, { position: nowhere })
      await applyPulled(store, { from: 0, to: 12, rows: [conversation(), member(ann)] })
      expect(await departures()).toMatchObject([{ title: 'Chess', byId: null, at: null, isCertain: false }])
    })
  })

  test('somebody added and removed within one burst is no member', async () => {
    await fill(store, { position: at10, rows: [conversation(), member(ann)] })
    await apply(store, { to: 12, rows: [{ ...member(ben), seq: 11, since: 11 }, tombstone(ben, 12)] })
    expect(await rowsIn(store)).toHaveLength(2)
  })

  test('somebody removed and added again within one burst is a member', async () => {
    await fill(store, { position: at10, rows: [conversation(), member(ann), member(ben)] })
    const again = { ...member(ben), seq: 12, since: 12 }
    await apply(store, { to: 12, rows: [tombstone(ben, 11), again] })
    expect(await rowsIn(store)).toContainEqual(again)
  })
})
