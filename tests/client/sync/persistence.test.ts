import 'fake-indexeddb/auto'
import { uuidv7 } from 'uuidv7'
import { send } from '../data/example.ts'
import { expect, test } from 'vitest'
import { ClientDatabase } from '../../../client/sync/database.ts'
import { enqueue } from '../../../client/sync/outbox.ts'
import { persistAfterFirstMessage } from '../../../client/sync/persistence.ts'
import { systemClock } from '../../../shared/clock.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { waitFor } from '../../support/wait-for.ts'

function createEnvironment() {
  const asked: string[] = []
  const nothing = () => undefined
  return {
    asked,
    ...{ clock: systemClock, serverClock: { now: systemClock.now, onCorrection: () => nothing } },
    random: () => 0,
    fetch: () => Promise.reject(new Error('no network')),
    locks: { request: () => Promise.resolve(undefined) },
    openSocket: () => ({ send: nothing, close: nothing }),
    openChannel: () => ({ post: nothing, close: nothing }),
    isVisible: () => true,
    onWake: () => nothing,
    onFreeze: () => nothing,
    isNetworkPoor: () => false,
    estimateFree: () => Promise.resolve(undefined),
    persistStorage: () => void asked.push('persist'),
    requestBackgroundSync: nothing,
    onError: nothing,
  }
}

test('storage is asked to last once, when the first message is written and not before', async () => {
  const db = new ClientDatabase(uuidv7())
  const environment = createEnvironment()
  const stop = persistAfterFirstMessage(db, environment)
  await enqueue(db, [{ type: 'read', id: uuidv7(), conversationId: EVERYONE_ID, n: 1 }], 0)
  await db.outbox.count()
  expect(environment.asked).toEqual([])
  const write = () => enqueue(db, [send('Hello', EVERYONE_ID)], 0)
  await write()
  await waitFor('the request', () => environment.asked.length > 0 || undefined)
  await write()
  await db.outbox.count()
  expect(environment.asked).toEqual(['persist'])
  stop()
  db.close()
})
