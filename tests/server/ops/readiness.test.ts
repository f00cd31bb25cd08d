import type { Kysely } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createReadiness } from '../../../server/ops/readiness.ts'
import { type Backend, createBackend } from '../../support/backend.ts'

let backend: Backend
beforeEach(async () => {
  backend = await createBackend()
})
afterEach(() => backend.dispose())

const HERE = { isThere: () => true }
const OK = { database: 'ok', schema: 'ok', bus: 'ok', process: 'ok' }

test('whoever has a database, its schema and a bus is ready', async () => {
  const readiness = createReadiness({ store: backend.store, bus: HERE, now: Date.now })
  expect(await readiness.check()).toEqual({ status: 'ready', parts: OK })
})

test('whoever is about to stop is not ready, from then on', async () => {
  const readiness = createReadiness({ store: backend.store, bus: HERE, now: Date.now })
  await readiness.check()
  readiness.beginStopping()
  expect(await readiness.check()).toEqual({ status: 'unavailable', parts: { ...OK, process: 'stopping' } })
})

test('without the bus messages come later, and people may still come', async () => {
  const readiness = createReadiness({ store: backend.store, bus: { isThere: () => false }, now: Date.now })
  expect(await readiness.check()).toEqual({ status: 'ready', parts: { ...OK, bus: 'degraded' } })
})

test('a database that is away is not ready', async () => {
  const store = backend.openStore()
  const readiness = createReadiness({ store, bus: HERE, now: Date.now })
  expect(await readiness.check()).toMatchObject({ status: 'ready' })
  await store.close()
  expect(await readiness.check()).toMatchObject({ status: 'unavailable', parts: { database: 'unavailable' } })
})

test('an older schema that was put back is noticed within a minute, a newer one does no harm', async () => {
  let now = 0
  const readiness = createReadiness({ store: backend.store, bus: HERE, now: () => now })
  expect(await readiness.check()).toMatchObject({ status: 'ready' })
  const notes = backend.store.db as unknown as Notes
  await noteStep(notes, '9999-later')
  now += 60_000
  expect(await readiness.check()).toMatchObject({ status: 'ready' })
  await notes.deleteFrom('kysely_migration').where('name', '<', '0002').execute()
  expect(await readiness.check()).toMatchObject({ status: 'ready' })
  now += 60_000
  expect(await readiness.check()).toEqual({ status: 'unavailable', parts: { ...OK, schema: 'older' } })
})

type Notes = Kysely<{ kysely_migration: { name: string; timestamp: string } }>

async function noteStep(notes: Notes, name: string): Promise<void> {
  await notes.insertInto('kysely_migration').values({ name, timestamp: 'now' }).execute()
}
