import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { applyHistory } from '../../../client/sync/apply-rows.ts'
import type { ClientStore } from '../../../client/sync/tables.ts'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import { ann, ben, conversation, eva, group, member, message, NOON } from '../data/example.ts'
import { apply, at10, tombstone } from './applying.ts'
import { fill, readAll, stores, type OpenStore } from './stores.ts'

describe.each(stores)('applying messages to the %s store', (_, openStore) => {
  let open: OpenStore
  let store: ClientStore
  beforeEach(() => {
    open = openStore()
    store = open.store
  })
  afterEach(() => open.close())

  test('the latest is the message of greatest n, whatever comes later or again', async () => {
    const latest = async () => (await readAll(store)).latest
    await fill(store, { position: at10 })
    await apply(store, { rows: [message(4), message(5), message(3)] })
    expect(await latest()).toEqual([`${message(5).id} of seq 5`])
    await apply(store, { from: 11, to: 12, rows: [message(2, { seq: 12, text: 'edited' })] })
    expect(await latest()).toEqual([`${message(5).id} of seq 5`])
    await apply(store, { from: 12, to: 13, rows: [message(5, { seq: 13, text: null })] })
    expect(await latest()).toEqual([`${message(5).id} of seq 13`])
    await apply(store, { from: 13, to: 14, rows: [message(6, { seq: 14 })] })
    expect(await latest()).toEqual([`${message(6).id} of seq 14`])
  })

  test('what comes beyond the last message is stored without a look at what is held, all else is looked up', async () => {
    let looked: string[] = []
    const counting: ClientStore = {
      ...store,
      transact: (work) =>
        store.transact((tables) => {
          const { messages } = tables
          const bulkGet: typeof messages.bulkGet = (keys) => {
            looked.push(...keys)
            return messages.bulkGet(keys)
          }
          return work({ ...tables, messages: { ...messages, bulkGet } })
        }),
    }
    const seqs = async () => {
      const ids = [1, 2, 3, 4].map((n) => message(n).id)
      const rows = await store.transact(async (tables) => tables.messages.bulkGet(ids))
      return rows.map((row) => row?.seq)
    }
    await fill(store, { position: at10 })
    await apply(counting, { rows: [message(1), message(2)] })
    looked = []
    const again = message(3, { seq: 4, text: 'edited', editedAt: NOON })
    await apply(counting, { from: 11, to: 12, rows: [message(3), message(4), again] })
    expect(looked).toEqual([])
    expect(await seqs()).toEqual([1, 2, 4, 4])
    await apply(counting, { from: 12, to: 13, rows: [message(2, { seq: 1, text: 'older' }), message(5)] })
    expect(looked).toEqual([message(2).id])
    expect(await seqs()).toEqual([1, 2, 4, 4])
  })

  describe('a mention', () => {
    const here = [conversation(), member(ann), member(ben)]
    const mentions = async () => (await readAll(store)).mentions
    const at = (n: number) => `${n} in ${group}`

    test('of me by name or with all is kept, of others and by myself is not', async () => {
      await fill(store, { position: at10, rows: here })
      await apply(store, {
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
      await apply(store, { rows: [message(1, { mentions: [ann] })] })
      expect(await mentions()).toEqual([at(1)])
      await apply(store, { from: 11, to: 12, rows: [message(1, { seq: 12, ...changed })] })
      expect(await mentions()).toEqual([])
      const burst = [message(2, { seq: 13, mentions: [ann] }), message(2, { seq: 14, ...changed })]
      await apply(store, { from: 12, to: 14, rows: burst })
      expect(await mentions()).toEqual([])
    })

    test('that an edit adds is kept', async () => {
      await fill(store, { position: at10, rows: [...here, message(1)] })
      await apply(store, { rows: [message(1, { seq: 11, mentions: [ann], editedAt: NOON, edits: 1 })] })
      expect(await mentions()).toEqual([at(1)])
    })

    test('goes with the conversation', async () => {
      await fill(store, { position: at10, rows: here })
      await apply(store, { rows: [message(1, { mentions: [ann] })] })
      await apply(store, { from: 11, to: 12, rows: [tombstone(ann, 12)] })
      expect(await mentions()).toEqual([])
    })

    test('older than what a page of history was overtaken by stays away', async () => {
      await fill(store, { position: at10, rows: [...here, message(1, { seq: 9, editedAt: NOON })] })
      await store.transact((tables) => applyHistory(tables, ann, { rows: [message(1, { seq: 5, mentions: [ann] })] }))
      expect(await mentions()).toEqual([])
    })
  })
})
