import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CampusCommand } from '../../../server/campus/command.ts'
import { PAGE_LIMITS } from '../../../server/campus/page-limits.ts'
import { createCampusContracts } from '../../../server/live/campus-contract.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { EVENTS_PAGE_MAX } from '../../../shared/protocol/limits.ts'
import type { EventRow, Row } from '../../../shared/protocol/rows.ts'
import { PROTOCOL_VERSION_MIN } from '../../../shared/protocol/version.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addMembers,
  type Campus,
  createCampus,
  createGroup,
  handOver,
  leaveGroup,
  removeMember,
  renameGroup,
  renameProfile,
  send,
} from '../../support/campus.ts'
import { createDevice, type Device } from '../../support/device.ts'

// What happened to a group is told to who is in it, as lines between its messages.

const NOW = 1_800_000_000_000
let backend: Backend
let campus: Campus
let [ann, ben, cid] = ['', '', '']
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store, now: () => NOW })
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  ;[ann, ben, cid] = await Promise.all([campus.register('Ann'), campus.register('Ben'), campus.register('Cid')])
})

const eventsOf = (rows: Iterable<Row>) =>
  [...rows].filter((row): row is EventRow => row.type === 'event').sort((one, other) => one.seq - other.seq)

async function listEvents(userId: string): Promise<EventRow[]> {
  const device = createDevice(backend.store, userId)
  await device.pullAll()
  return eventsOf(device.rows.values())
}

test('who came, was put out and left, what it is called and who leads are lines where they happened', async () => {
  const group = await campus.group(ann, ben)
  await campus.accept(
    ann,
    ...[send(group), addMembers(group, cid, ben), renameGroup(group, 'Chess'), send(group)],
    ...[removeMember(group, cid), handOver(group, ben)],
  )
  await campus.accept(ben, leaveGroup(group))
  const events = await listEvents(ann)
  expect(events.map(({ n, byId, change }) => [n, byId, change])).toEqual([
    [0, ann, { kind: 'began', title: 'A group' }],
    [1, ann, { kind: 'added', userIds: [cid] }],
    [1, ann, { kind: 'renamed', title: 'Chess' }],
    [2, ann, { kind: 'removed', userId: cid }],
    [2, ann, { kind: 'handed-over', userId: ben }],
    [2, ben, { kind: 'left', leaderId: ann }],
  ])
  expect(events.every(({ at, conversationId }) => at === NOW && conversationId === group)).toBe(true)
})

test('what changes nothing, is done twice, or happens elsewhere is no line', async () => {
  const group = await campus.group(ann, ben)
  const rename = renameGroup(group, 'Chess')
  const commands: CampusCommand[] = [rename, rename, renameGroup(group, 'Chess'), addMembers(group, ben)]
  await campus.accept(ann, ...commands, removeMember(group, cid), handOver(group, ann), renameProfile('Anna'))
  await campus.direct(ann, ben)
  await campus.accept(ann, send(EVERYONE_ID))
  expect((await listEvents(ann)).map(({ change }) => change.kind)).toEqual(['began', 'renamed'])
})

test('what is offered again after a backup is no new line', async () => {
  const again = true
  const begin = { ...createGroup([ben]), again }
  const group = begin.conversationId
  const commands = [addMembers(group, cid), renameGroup(group, 'Chess'), removeMember(group, ben), handOver(group, cid)]
  await campus.accept(ann, begin, ...commands.map((command) => ({ ...command, again })))
  expect(await listEvents(ann)).toEqual([])
})

test('a newcomer sees what happened among the messages that they see, and older lines with older pages', async () => {
  const group = await campus.group(ann, ben)
  await campus.accept(ann, ...Array.from({ length: 60 }, () => send(group)), renameGroup(group, 'Chess'))
  await campus.accept(ann, ...Array.from({ length: 60 }, () => send(group)), addMembers(group, cid))
  const newcomer = createDevice(backend.store, cid)
  await newcomer.pullAll()
  const kinds = () => eventsOf(newcomer.rows.values()).map(({ change }) => change.kind)
  expect(kinds()).toEqual(['added'])
  await newcomer.loadHistory(group, 40)
  expect(kinds()).toEqual(['began', 'renamed', 'added'])
  const known = createDevice(backend.store, cid)
  await known.pullAll()
  await campus.accept(ann, renameGroup(group, 'Go'))
  await known.pullAll()
  expect(eventsOf(known.rows.values()).map(({ change }) => change.kind)).toEqual(['added', 'renamed'])
})

test('however much happened in one group, what happened in another stays in its place, and what was before one came', async () => {
  const [busy, quiet] = [await campus.group(ann, ben), await campus.group(ann, ben)]
  const known = createDevice(backend.store, cid)
  await known.pullAll()
  await campus.accept(ann, renameGroup(quiet, 'Chess'), addMembers(quiet, cid), addMembers(busy, cid))
  const renames = Array.from({ length: 1_200 }, (_, index) => renameGroup(busy, `Title ${index}`))
  for (let done = 0; done < renames.length; done += 100) await campus.accept(ann, ...renames.slice(done, done + 100))
  const kindsIn = (device: Device, group: string) =>
    eventsOf(device.rows.values())
      .filter(({ conversationId }) => conversationId === group)
      .map(({ change }) => change.kind)
  const fresh = createDevice(backend.store, cid)
  await fresh.pullAll()
  expect(kindsIn(fresh, quiet)).toEqual(['began', 'renamed', 'added'])
  expect(kindsIn(fresh, busy)).toEqual(Array.from({ length: EVENTS_PAGE_MAX }, () => 'renamed'))
  await known.pullAll()
  expect(kindsIn(known, quiet)).toEqual(['began', 'renamed', 'added'])
  expect(kindsIn(known, busy).slice(0, 3)).toEqual(['began', 'added', 'renamed'])
})

test('whom a line names comes with the first page that shows it, though they are nowhere else in it', async () => {
  const dora = await campus.register('Dora')
  const group = await campus.group(ann, ben)
  await campus.accept(ann, addMembers(group, cid, dora), removeMember(group, cid), handOver(group, ben))
  await campus.accept(ben, removeMember(group, dora))
  const device = createDevice(backend.store, ben)
  await device.pullPage({ ...PAGE_LIMITS, users: 1 })
  const names = [...device.rows.values()].flatMap((row) => (row.type === 'user' ? [row.name] : []))
  expect(names.sort()).toEqual(expect.arrayContaining(['Ann', 'Ben', 'Cid', 'Dora']))
  expect(device.pages.at(-1)?.next).not.toBeNull()
})

test('neither a stranger nor who was put out hears of any', async () => {
  const group = await campus.group(ann, ben)
  const device = createDevice(backend.store, ben)
  await device.pullAll()
  await campus.accept(ann, removeMember(group, ben), renameGroup(group, 'Secret'))
  await device.pullAll()
  expect(eventsOf(device.rows.values())).toEqual([])
  expect(await listEvents(cid)).toEqual([])
})

test('a client of the version before gets the rows that it knows, and the positions of all', async () => {
  const group = await campus.group(ann)
  await campus.accept(ann, renameGroup(group, 'Chess'))
  const rows = campus.published.at(-1)?.rows ?? []
  const contracts = createCampusContracts(CAMPUS_LOG)
  const kindsIn = (version: number) => {
    const writer = contracts.find((contract) => contract.version === version)?.writer
    const frame = writer?.rows(
      { lineage: { id: 'l' }, from: 1, to: 3 },
      rows.map(({ row }) => writer.row(row)),
    )
    const sent = JSON.parse(frame?.toString() ?? '') as { to: number; rows: { type: string }[] }
    return [sent.to, ...sent.rows.map(({ type }) => type)]
  }
  expect(kindsIn(PROTOCOL_VERSION_MIN)).toEqual([3, 'conversation'])
  expect(kindsIn(PROTOCOL_VERSION_MIN + 1)).toEqual([3, 'conversation', 'event'])
})
