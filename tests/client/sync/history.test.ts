import { beforeEach, describe, expect, test } from 'vitest'
import type { Api, FetchedHistory, HistoryRequest } from '../../../client/sync/api.ts'
import type { Answer } from '../../../client/sync/campus-http.ts'
import { loadHistory, loadHistoryAt } from '../../../client/sync/history.ts'
import { findMissed } from '../../../client/sync/log/move-position.ts'
import type { ClientStore } from '../../../client/sync/tables.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import type { MessageFile } from '../../../shared/protocol/files.ts'
import type { HistoryPage, Lineage } from '../../../shared/protocol/http.ts'
import { createDisk, createMemoryStore, memberKey, type Disk } from '../../sim/memory-store.ts'
import { ann, ben, conversation, exampleId, group, member, message, NOON, reaction } from '../data/example.ts'
import { fill, readAll } from './stores.ts'
import { createScript, refuse, unreachable } from './script.ts'

let disk: Disk
let store: ClientStore
let asked: HistoryRequest[]

beforeEach(async () => {
  disk = createDisk()
  store = createMemoryStore(disk, () => true)
  asked = []
  const position = { lineage: 'l1', cursor: 40, path: [{ id: 'l1', start: 0 }] }
  await fill(store, { rows: [conversation(), member(ann), message(30)], position })
})

/** A server that answers so, after `meanwhile` happened to the device. */
function place(answer: Answer<FetchedHistory>, meanwhile: () => void = () => undefined) {
  const api: Api = {
    ...createScript().api,
    history: async (request) => {
      asked.push(request)
      meanwhile()
      return answer
    },
  }
  return { store, api, me: ann }
}

const page = (rows: HistoryPage['rows'], lineage: Lineage = { id: 'l1', start: 0 }): Answer<HistoryPage> => ({
  ...{ kind: 'ok', value: { epoch: '', lineage, head: 40, rows } },
})
const older = [message(28), message(29), reaction(29, ben, ['👍'], 29)] as HistoryPage['rows']
const places = () => [...disk.messages.rows.values()].map((row) => row.n).sort()

test('the messages below one are kept with what hangs on them', async () => {
  expect(await loadHistory(place(page(older)), group, 30)).toBe('loaded')
  expect(places()).toEqual([28, 29, 30])
  expect([...disk.reactions.rows.values()]).toEqual([reaction(29, ben, ['👍'], 29)])
})

test('the page reaches over what stands above the hole: it may have come without its reactions', async () => {
  await loadHistory(place(page(older)), group, 30)
  expect(asked).toEqual([{ conversation: group, before: 40, limit: 200 }])
})

test('messages are fetched from a moment on', async () => {
  expect(await loadHistoryAt(place(page(older)), group, NOON)).toBe('loaded')
  expect(asked).toEqual([{ conversation: group, at: NOON, limit: 200 }])
  expect(places()).toEqual([28, 29, 30])
})

test('a mention in history is found as one that came live', async () => {
  await loadHistory(place(page([message(28, { mentions: [ann] })])), group, 30)
  expect((await readAll(store)).mentions).toEqual([`28 in ${group}`])
})

describe('nothing is kept', () => {
  const cases: [string, Answer<HistoryPage>, () => void, string][] = [
    ['when nobody answers', unreachable, () => undefined, 'offline'],
    ['when the server refuses', refuse('not_a_member'), () => undefined, 'refused'],
    ['of a log that went back since', page(older, { id: 'l2', start: 35 }), () => undefined, 'refused'],
    [
      'while what a log lost is still to be pulled',
      page(older),
      () => (disk.position = { ...disk.position, restoring: true }),
      'refused',
    ],
    [
      'of what contradicts a page whose end the log has lost since',
      page([...older, { ...message(30), id: exampleId(999), seq: 43 }], { id: 'l2', start: 41 }),
      () => undefined,
      'offline',
    ],
    ['once one was removed', page(older), () => disk.members.rows.delete(memberKey(group, ann)), 'refused'],
    [
      'of an earlier membership',
      page(older),
      () => disk.members.rows.set(memberKey(group, ann), { ...member(ann), since: 35 }),
      'refused',
    ],
  ]
  test.each(cases)('%s', async (_, answer, meanwhile, outcome) => {
    expect(await loadHistory(place(answer, meanwhile), group, 30)).toBe(outcome)
    expect(places()).toEqual([30])
    expect(disk.reactions.rows.size).toBe(0)
  })
})

test('a log that another process went on writing where this device stands is the same log', async () => {
  expect(await loadHistory(place(page(older, { id: 'l2', start: 41 })), group, 30)).toBe('loaded')
  expect(places()).toEqual([28, 29, 30])
})

test('how far beyond the cursor a page went is noted, until the cursor has come so far', async () => {
  expect(await loadHistory(place(page([message(28, { seq: 43 }), message(29, { seq: 12 })])), group, 30)).toBe('loaded')
  expect(disk.position).toMatchObject({ cursor: 40, ahead: 43 })
  expect(await loadHistory(place(page([message(27, { seq: 11 })])), group, 28)).toBe('loaded')
  expect(disk.position).toMatchObject({ cursor: 40, ahead: 43 })
})

test('the lineage of what came from beyond the cursor is kept, as long as it is one', async () => {
  const beyond = (lineage: string, n: number) => page([message(n, { seq: 41 + n })], { id: lineage, start: 41 })
  await loadHistory(place(beyond('l2', 7)), group, 30)
  await loadHistory(place(beyond('l2', 5)), group, 30)
  expect(disk.position).toMatchObject({ cursor: 40, ahead: 48, aheadIn: 'l2' })
  await loadHistory(place(beyond('l3', 6)), group, 30)
  expect(disk.position).toMatchObject({ cursor: 40, ahead: 48, aheadIn: '' })
  await loadHistory(place(beyond('l3', 4)), group, 30)
  expect(disk.position).toMatchObject({ aheadIn: '' })
})

test('a page of a server that leaves out what is newer replaces nothing that is here, and all is pulled once more later', async () => {
  const photo: MessageFile = { id: exampleId(71), kind: 'photo', name: 'board.jpg', type: 'image/jpeg', bytes: 3 }
  const whole = message(29, { text: '', files: [photo] })
  const newest = message(30, { text: '', files: [photo] })
  await fill(store, { rows: [whole, newest] })
  await store.transact(async ({ latest }) => {
    await latest.bulkPut([newest])
  })
  const answer = page([message(28), message(29, { text: '[a file that this version cannot show]' }), message(30)])
  if (answer.kind !== 'ok') throw new Error('it is a page')
  expect(await loadHistory(place({ ...answer, value: { ...answer.value, isOlder: true } }), group, 30)).toBe('loaded')
  expect(places()).toEqual([28, 29, 30])
  expect([...disk.messages.rows.values()].find(({ n }) => n === 29)).toEqual(whole)
  expect(disk.latest.rows.get(group)).toEqual(newest)
  const missed = findMissed(disk.position, { lineage: { id: 'l1', start: 0 } })
  expect(missed).toMatchObject({ cursor: 0, next: null, behind: true })
})

test('of Everyone one is a member without a row', async () => {
  const said = message(3, { conversationId: EVERYONE_ID })
  expect(await loadHistory(place(page([said])), EVERYONE_ID, 10)).toBe('loaded')
  expect(places()).toEqual([3, 30])
})
