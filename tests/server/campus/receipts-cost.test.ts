import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createReceiptGatherer, type ReceiptGatherer } from '../../../server/campus/receipt-gatherer.ts'
import { listUnpublished } from '../../../server/campus/unpublished-receipts.ts'
import { createCampusContracts } from '../../../server/live/campus-contract.ts'
import { createDownReader } from '../../../shared/protocol/packed/frames.ts'
import { isJson } from '../../../server/live/frames.ts'
import { downFrame } from '../../../shared/protocol/down.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { NEWEST_PAGE_MESSAGES, RECEIPT_MEMBERS_MAX } from '../../../shared/protocol/limits.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, read, receive, registerUser, send } from '../../support/campus.ts'
import { createDevice } from '../../support/device.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { type CampusLive, startCampusLive } from '../../support/live.ts'
import { waitFor } from '../../support/wait-for.ts'

// What it costs that everybody hears who received and saw a message.

let backend: Backend
let campus: Campus
let live: CampusLive
let clock: FakeClock
let gatherer: ReceiptGatherer
const errors: unknown[] = []
beforeAll(async () => {
  backend = await createBackend()
  clock = createFakeClock()
  campus = createCampus({
    store: backend.store,
    now: clock.now,
    onUnpublished: (conversation) => gatherer.note(conversation),
  })
  gatherer = openGatherer()
  live = await startCampusLive({
    ...{ store: backend.store, bus: campus.bus, clock: createFakeClock(), onError: (error) => errors.push(error) },
  })
})
afterAll(async () => {
  await gatherer.close()
  live.close()
  await backend.dispose()
  expect(errors).toEqual([])
})

function openGatherer(): ReceiptGatherer {
  return createReceiptGatherer({
    clock,
    publish: campus.publishReceipts,
    listUnpublished: () => listUnpublished(backend.store),
    onError: (error) => errors.push(error),
  })
}

async function beginGroup(size: number): Promise<{ members: string[]; group: string }> {
  const members = Array.from({ length: size }, () => uuidv7())
  await campus.accept(uuidv7(), ...members.map((id) => registerUser(id, 'One of many')))
  const [leader = '', ...others] = members
  return { members, group: await campus.group(leader, ...others) }
}

const countCommands = async () => (await backend.store.db.selectFrom('command').select('id').execute()).length

/** What all sockets of a group got, and what the log took, from a message until all have received and read it. */
async function measure(size: number, readWithinMs: number) {
  const { members, group } = await beginGroup(size)
  const sent = { rows: 0, bytes: 0 }
  const [{ writer }] = createCampusContracts(CAMPUS_LOG)
  const { lineage, head } = live.hub.position
  for (const userId of members) {
    const reader = createDownReader(CAMPUS_LOG)
    const following = live.hub.follow({
      ...{ reader: { userId }, writer, isFull: () => false, end: () => undefined },
      send(frame) {
        const content = v.parse(downFrame, reader.read(isJson(frame) ? frame.toString() : frame))
        if (content.type !== 'rows') return
        sent.bytes += frame.length
        sent.rows += content.rows.length
      },
    })
    await following.resume({ lineage: lineage.id, cursor: head })
  }
  const before = { head: await campus.head(), commands: await countCommands() }
  const [author = '', ...others] = members
  await campus.accept(author, send(group))
  for (const userId of others) await campus.accept(userId, receive(group, 1))
  for (const userId of others) {
    clock.advance(Math.floor(readWithinMs / others.length))
    await campus.accept(userId, read(group, 1))
  }
  const unpublished = async () =>
    (await listUnpublished(backend.store)).some(
      ({ id, member_count }) => id === group && member_count <= RECEIPT_MEMBERS_MAX,
    )
  await waitFor('all to be published', async () => {
    clock.advance(1_000)
    return (await unpublished()) ? undefined : true
  })
  return {
    logRows: (await campus.head()) - before.head,
    commands: (await countCommands()) - before.commands,
    deliveries: sent.rows,
    bytes: sent.bytes,
    group,
    members,
  }
}

test('one message that all of a group of 50 receive and read within five seconds', async () => {
  const { logRows, commands, deliveries, bytes, group, members } = await measure(RECEIPT_MEMBERS_MAX, 5_000)
  expect(logRows).toBeLessThanOrEqual(60)
  // The message's row is all that is kept of it.
  expect(commands).toBe(0)
  expect(deliveries).toBeLessThanOrEqual(300)
  expect(bytes).toBeLessThanOrEqual(60_000)
  const [author = ''] = members
  const device = createDevice(backend.store, author)
  await device.pullAll()
  const seen = [...device.rows.values()].filter((row) => row.type === 'seen' && row.conversationId === group)
  expect(seen).toHaveLength(members.length - 1)
})

test('all that read within a second are published in one or two changes', async () => {
  const { logRows, members } = await measure(RECEIPT_MEMBERS_MAX, 900)
  // The message, its author's reading, and the readings of the others.
  expect(logRows - 1 - members.length).toBeLessThanOrEqual(2)
})

test.each([RECEIPT_MEMBERS_MAX + 1, 60])('a group of %i costs no more a member than one of 50', async (size) => {
  const { logRows, commands, deliveries, bytes } = await measure(size, 5_000)
  expect(logRows / size).toBeLessThanOrEqual(60 / RECEIPT_MEMBERS_MAX)
  expect(commands).toBe(0)
  expect(deliveries / size).toBeLessThanOrEqual(300 / RECEIPT_MEMBERS_MAX)
  expect(bytes / size).toBeLessThanOrEqual(60_000 / RECEIPT_MEMBERS_MAX)
})

test('what a process did not publish before it was killed the next one publishes', async () => {
  const killed = createCampus({ store: backend.store, now: clock.now })
  const { members, group } = await beginGroup(3)
  const [author = '', reader = ''] = members
  await killed.accept(author, send(group))
  await killed.accept(reader, read(group, 1))
  const { length } = campus.published
  const next = openGatherer()
  await next.begin()
  clock.advance(1_000)
  await waitFor('the publishing', async () => {
    const unpublished = await listUnpublished(backend.store)
    return unpublished.every(({ id }) => id !== group) || undefined
  })
  await next.close()
  const rows = campus.published.slice(length).flatMap((batch) => batch.rows.map(({ row }) => row))
  expect(rows).toContainEqual(expect.objectContaining({ type: 'receipts', conversationId: group }))
})

test('what is unpublished when the publishing fails is published a moment later', async () => {
  const { members, group } = await beginGroup(2)
  const [author = '', reader = ''] = members
  let isDown = true
  const failures: unknown[] = []
  const failing = createReceiptGatherer({
    clock,
    async publish(conversationId) {
      if (isDown) throw new Error('gone')
      await campus.publishReceipts(conversationId)
    },
    listUnpublished: async () => [],
    onError: (error) => failures.push(error),
  })
  const other = createCampus({ store: backend.store, now: clock.now, onUnpublished: failing.note })
  await other.accept(author, send(group))
  await other.accept(reader, read(group, 1))
  clock.advance(1_000)
  await waitFor('the failure', () => failures[0])
  isDown = false
  await waitFor('the publishing', async () => {
    clock.advance(1_000)
    const unpublished = await listUnpublished(backend.store)
    return unpublished.every(({ id }) => id !== group) || undefined
  })
  await failing.close()
})

test('what was published in one change is never split between two pages', async () => {
  const { members, group } = await beginGroup(RECEIPT_MEMBERS_MAX)
  const [author = '', ...others] = members
  const device = createDevice(backend.store, author)
  await device.pullAll()
  await campus.accept(author, send(group))
  for (const userId of others) await campus.accept(userId, read(group, 1))
  await campus.publishReceipts(group)
  await campus.accept(author, send(group))
  const { length } = device.pages
  await device.pullAll({ rows: 3, conversations: 1, users: 1, newest: NEWEST_PAGE_MESSAGES })
  const pages = device.pages.slice(length)
  const pagesOf = (seq: number) => pages.filter(({ rows }) => rows.some((row) => row.seq === seq)).length
  const seqs = new Set(pages.flatMap(({ rows }) => rows.map(({ seq }) => seq)))
  expect(pages.length).toBeGreaterThan(1)
  expect([...seqs].filter((seq) => pagesOf(seq) !== 1)).toEqual([])
  expect([...device.rows.values()].filter(({ type }) => type === 'seen')).toHaveLength(others.length)
})
