import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { accountContents } from '../../../../client/data/files/account-contents.ts'
import type { ContentView } from '../../../../client/data/files/content-source.ts'
import { setFileChoices } from '../../../../client/data/files/file-choices.ts'
import type { Session } from '../../../../client/data/session.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { refuse, toResponse } from '../../sync/files/upload-server.ts'
import { createDevice, until } from '../device.ts'
import { NOON } from '../example.ts'

const MINUTE = 60_000
let session: Session
let asked: string[]
let free: number | undefined
let respond: (path: string) => Promise<Response>

beforeEach(async () => {
  asked = []
  free = undefined
  respond = async () => toBytes(100)
  session = {
    ...(await createDevice((path) => {
      asked.push(path.replace('/api/files/', ''))
      return respond(path)
    })),
    estimateFree: () => Promise.resolve(free),
  }
})
afterEach(() => session.db.delete())

function toBytes(count: number): Response {
  return new Response(new Uint8Array(count), { status: 200, headers: toResponse(200).headers })
}

const watch = (id: string, fetches = true) => accountContents(session).watch(id, 'whole', fetches)
const untilKind = (id: string, kind: ContentView['kind'], fetches = true) =>
  until(watch(id, fetches), (view) => view.kind === kind)

/** Keeps a content, last looked at so long ago. */
async function hold(id: string, agoMs: number, bytes = 100): Promise<void> {
  const blob = new Blob([new Uint8Array(bytes)])
  await session.db.contents.put({ key: `${id}/whole`, fileId: id, blob, bytes, usedAt: NOON - agoMs })
}

test('what is looked at comes by itself, is shown once it is here, and is not fetched twice', async () => {
  await untilKind('a', 'here')
  await untilKind('a', 'here')
  expect(asked).toEqual(['a/whole'])
})

test('what waits for a tap is not fetched before it', async () => {
  await untilKind('a', 'elsewhere', false)
  expect(asked).toEqual([])
  await accountContents(session).fetch('a', 'whole')
  await untilKind('a', 'here', false)
})

test('what is shown in two places is fetched once', async () => {
  await Promise.all([untilKind('a', 'here'), untilKind('a', 'here')])
  expect(asked).toEqual(['a/whole'])
})

test('what is not there any more is said', async () => {
  respond = async () => refuse('not_found')
  await untilKind('a', 'missing')
})

test('what is called off is elsewhere again', async () => {
  respond = () => new Promise(() => undefined)
  await untilKind('a', 'fetching')
  await accountContents(session).stopFetching('a', 'whole')
  await untilKind('a', 'elsewhere', false)
})

test('what gives way while it is looked at is not fetched again: two that do not fit take no turns', async () => {
  await setFileChoices(session, { budgetBytes: 150 })
  const views = new Map<string, ContentView['kind'][]>()
  const subscriptions = ['a', 'b'].map((id) => {
    views.set(id, [])
    return watch(id).subscribe(({ kind }) => views.get(id)?.push(kind))
  })
  for (const id of ['a', 'b']) await waitFor(`${id} to be here`, () => views.get(id)?.includes('here') || undefined)
  await session.db.contents.clear()
  for (const id of ['a', 'b'])
    await waitFor(`${id} to be gone`, () => views.get(id)?.at(-1) === 'elsewhere' || undefined)
  expect(asked.sort()).toEqual(['a/whole', 'b/whole'])
  for (const subscription of subscriptions) subscription.unsubscribe()
  await untilKind('a', 'here')
})

test('what comes is within the budget that somebody set, and the oldest gives way', async () => {
  await setFileChoices(session, { budgetBytes: 250 })
  await hold('old', 60 * MINUTE)
  await hold('new', 30 * MINUTE)
  await untilKind('a', 'here')
  const held = (await session.db.contents.toArray()).map(({ fileId }) => fileId)
  expect(held).toEqual(['a', 'new'])
})

test('a device that has room for little more than messages keeps that for them', async () => {
  free = 20_000_100
  await untilKind('a', 'no-room')
  free = 20_000_300
  await accountContents(session).fetch('a', 'whole')
  await untilKind('a', 'here')
})

test('that something was looked at is noted now and then, of what is large more rarely, and in no circle', async () => {
  await hold('recent', 9 * MINUTE)
  await hold('old', 11 * MINUTE)
  await hold('large', 60 * MINUTE, 1_000_000)
  await hold('future', -400 * 24 * 60 * MINUTE)
  let writes = 0
  session.db.contents.hook('updating', () => {
    writes += 1
  })
  for (const id of ['recent', 'old', 'large', 'future']) await untilKind(id, 'here')
  const usedAt = async (id: string) => (await session.db.contents.get(`${id}/whole`))?.usedAt
  await waitFor('both to be noted', () => writes === 2 || undefined)
  expect(await Promise.all(['recent', 'old', 'large', 'future'].map(usedAt))).toEqual([
    ...[NOON - 9 * MINUTE, NOON, NOON - 60 * MINUTE, NOON],
  ])
  for (const id of ['old', 'future']) await untilKind(id, 'here')
  expect(writes).toBe(2)
})

test('once the connection is live again what waits is fetched at once', async () => {
  let isAway = true
  respond = async () => (isAway ? Promise.reject(new TypeError('away')) : toBytes(100))
  await untilKind('a', 'fetching')
  await waitFor('a try', () => asked.length > 0 || undefined)
  isAway = false
  await session.db.meta.put({ key: 'connection', state: { kind: 'live' } })
  await untilKind('a', 'here')
})

test('a database that is closed for a moment, as when it moves to memory, is fetched into all the same', async () => {
  await untilKind('a', 'here')
  session.db.pause()
  await accountContents(session).fetch('b', 'whole')
  await untilKind('b', 'here', false)
})
