import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { applyHistory } from '../../../client/sync/apply-rows.ts'
import type { ClientStore } from '../../../client/sync/tables.ts'
import type { HistoryPage } from '../../../shared/protocol/http.ts'
import { ann, ben, conversation, eva, member, message, NOON, reaction } from '../data/example.ts'
import { apply, at10, revision, rowsIn } from './applying.ts'
import { fill, readAll, stores, type OpenStore } from './stores.ts'

describe.each(stores)('applying after history came to the %s store', (_, openStore) => {
  let open: OpenStore
  let store: ClientStore
  beforeEach(() => {
    open = openStore()
    store = open.store
  })
  afterEach(() => open.close())

  test('history brings reactions and revisions, and never an older one in place of a newer', async () => {
    const newer = [message(1), reaction(1, ben, [], 9), revision(9, null)]
    await fill(store, { position: at10, rows: newer })
    const page = [message(1), message(2), reaction(1, ben, ['👍'], 8), revision(8), reaction(1, eva, ['🎉'], 7)]
    await store.transact((tables) => applyHistory(tables, ann, { rows: page as HistoryPage['rows'] }))
    expect(await rowsIn(store)).toHaveLength(5)
    expect(await rowsIn(store)).toEqual(expect.arrayContaining([...newer, message(2), reaction(1, eva, ['🎉'], 7)]))
  })

  test('what is held of a page is looked for once, not message by message, and what is newer there stays', async () => {
    const [edited, deleted] = [message(1, { seq: 9, text: 'Edited' }), message(2, { seq: 8, text: null })]
    await fill(store, { position: at10, rows: [edited, deleted] })
    const rows = [message(1), message(2), message(3), message(4)]
    await store.transact((tables) => {
      const bulkGet = () => Promise.reject(new Error('each was looked for by itself'))
      return applyHistory({ ...tables, messages: { ...tables.messages, bulkGet } }, ann, { rows })
    })
    expect(await rowsIn(store)).toEqual(expect.arrayContaining([edited, deleted, message(3), message(4)]))
    expect(await rowsIn(store)).toHaveLength(4)
  })

  test('where history came from beyond the cursor, a lineage never heard of means to pull from the beginning', async () => {
    const position = { ...at10, ahead: 12 }
    const find = () => store.transact((tables) => Promise.resolve(tables.getPosition()))
    await fill(store, { position, rows: [conversation(), member(ann), message(1, { seq: 12 })] })
    expect(await apply(store, { lineage: { id: 'l2', start: 10 } })).toBe('gap')
    expect(await find()).toMatchObject({ cursor: 0, lineage: '', path: [], restoring: true })
    await fill(store, { position })
    expect(await apply(store, { to: 12 })).toBe('applied')
    expect((await find()).ahead).toBeUndefined()
    expect(await apply(store, { lineage: { id: 'l2', start: 12 }, from: 12, to: 13 })).toBe('applied')
  })

  test('where history came from beyond the cursor, what one wrote there is offered again once the log has lost it', async () => {
    const [mine, other, early] = [
      message(3, { seq: 12, authorId: ann }),
      message(2, { seq: 11 }),
      message(1, { seq: 9 }),
    ]
    await fill(store, { position: { ...at10, ahead: 12 }, rows: [conversation(), member(ann), early, other, mine] })
    expect(await apply(store, { lineage: { id: 'l2', start: 10 } })).toBe('gap')
    const { outbox } = await readAll(store)
    expect(outbox.map(({ command }) => command)).toMatchObject([{ type: 'message.send', id: mine.id, text: mine.text }])
    expect(outbox.map(({ state }) => state)).toEqual([{ kind: 'waiting', offeredAt: NOON }])
  })

  test('where history came from beyond the cursor in a lineage that the log goes on in, nothing of it is lost or said again', async () => {
    const position = { ...at10, ahead: 12, aheadIn: 'l2' }
    const mine = message(3, { seq: 12, authorId: ann })
    await fill(store, { position, rows: [conversation(), member(ann), mine] })
    expect(await apply(store, { lineage: { id: 'l2', start: 10 } })).toBe('applied')
    expect(await readAll(store)).toMatchObject({ outbox: [], position: { cursor: 11, ahead: 12, aheadIn: 'l2' } })
    expect(await apply(store, { lineage: { id: 'l3', start: 11 }, from: 11, to: 13 })).toBe('gap')
  })
})
