import type { Observable } from 'dexie'
import { createApi } from '../../../client/sync/api.ts'
import { ClientDatabase } from '../../../client/sync/database.ts'
import type { Fetch } from '../../../client/sync/request.ts'
import type { Session } from '../../../client/data/session.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import { ann, ben, conversation, exampleId, member, NOON, users } from './example.ts'

let devices = 0

/** Ann's device: three people, and a group of Ann and Ben. Without `fetch` there is no network. */
export async function createDevice(fetch: Fetch = () => Promise.reject(new Error('no network'))): Promise<Session> {
  const db = new ClientDatabase(`test-${devices++}`)
  await db.users.bulkPut(users)
  await db.conversations.put(conversation())
  await db.members.bulkPut([member(ann), member(ben)])
  await db.meta.put({ key: 'position', log: 'campus', epoch: 'one', cursor: 1, next: null })
  return {
    account: { key: 'current', userId: ann, handle: 'ann', name: 'Ann', sessionId: exampleId(9) },
    db,
    api: createApi(fetch),
    ...{ now: () => NOON, clock: { now: () => NOON } },
    ...{ fetch, estimateFree: () => Promise.resolve(undefined) },
    serverClock: { now: () => NOON, onCorrection: () => () => undefined },
  }
}

/** A server's answer, as `fetch` gives it. */
export function answer(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) } })
}

/** The first value of a query for which the fact holds. */
export function until<Value>(source: Observable<Value>, fact: (value: Value) => boolean = () => true): Promise<Value> {
  return new Promise((resolve, reject) => {
    const subscription = source.subscribe({
      next: (value) => {
        if (!fact(value)) return
        resolve(value)
        queueMicrotask(() => subscription.unsubscribe())
      },
      error: reject,
    })
  })
}
