import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ClientStore } from '../../../client/sync/tables.ts'
import { ann, ben, conversation, eva, exampleId, member, user } from '../data/example.ts'
import { apply, at10, tombstone } from './applying.ts'
import { fill, stores, type OpenStore } from './stores.ts'

describe.each(stores)('applying to the pictures of the %s store', (_, openStore) => {
  let open: OpenStore
  let store: ClientStore
  beforeEach(() => {
    open = openStore()
    store = open.store
  })
  afterEach(() => open.close())

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
    await apply(store, {
      rows: [
        { ...user(ben, 'Ben'), seq: 11, pictureId: null },
        { ...user(eva, 'Eva of old'), seq: 0, pictureId: null },
        { ...user(ann, 'Ann'), seq: 11 },
      ],
    })
    expect(await held()).toEqual([other])
    await apply(store, { from: 11, to: 12, rows: [{ ...user(eva, 'Renamed'), seq: 12, pictureId: other }] })
    expect(await held()).toEqual([other])
    await apply(store, { from: 12, to: 13, rows: [{ ...user(eva, 'Renamed'), seq: 13, pictureId: exampleId(403) }] })
    expect(await held()).toEqual([])
  })

  test('the picture of a group goes with the membership, and any other stays', async () => {
    const [its, other] = [exampleId(401), exampleId(402)]
    await fill(store, { position: at10, rows: [conversation({ pictureId: its }), member(ann)] })
    await store.transact(async (tables) => {
      await tables.pictures.bulkPut([its, other].map((id) => ({ id, bytes: new ArrayBuffer(4) })))
    })
    const held = () => store.transact(async (tables) => (await tables.pictures.toArray()).map(({ id }) => id))
    await apply(store, { rows: [tombstone(ann, 11)] })
    expect(await held()).toEqual([other])
  })
})
