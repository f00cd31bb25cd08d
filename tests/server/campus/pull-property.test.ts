import fc from 'fast-check'
import { uuidv7 } from 'uuidv7'
import { expect, inject, test } from 'vitest'
import type { CampusCommand } from '../../../server/campus/command.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { NEWEST_PAGE_MESSAGES } from '../../../shared/protocol/limits.ts'
import type { MessageRow, Row } from '../../../shared/protocol/rows.ts'
import { createBackend } from '../../support/backend.ts'
import {
  addMembers,
  answerRequest,
  block,
  type Campus,
  createCampus,
  createDirect,
  createGroup,
  edit,
  handOver,
  hide,
  leaveForGood,
  leaveGroup,
  pin,
  react,
  read,
  receive,
  remove,
  removeMember,
  renameGroup,
  renameProfile,
  send,
  setConversation,
  setDraft,
  setPreference,
} from '../../support/campus.ts'
import { createDevice, type Device, keyOf } from '../../support/device.ts'
import { listVisibleRows } from '../../support/visible-rows.ts'

/** What is rare shows in `npm run test:long`. */
const IS_LONG = process.env.LONG !== undefined
const RUNS = (inject('backend').kind === 'sqlite' ? 30 : 6) * (IS_LONG ? 50 : 1)
const TIMEOUT_MS = IS_LONG ? 900_000 : 120_000

const PEOPLE = 3
const APPROACHES = ['everybody', 'nobody', 'shared-group'] as const
const person = fc.nat(PEOPLE - 1)
const pick = fc.nat(1_000)
const limits = fc.record({
  rows: fc.integer({ min: 1, max: 40 }),
  conversations: fc.integer({ min: 1, max: 3 }),
  users: fc.integer({ min: 1, max: 3 }),
  newest: fc.constant<number>(NEWEST_PAGE_MESSAGES),
})

/** A step of somebody, by indexes that only mean something once the world is there. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), who: person, where: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flood' as const), who: person, where: pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('edit' as const), who: person, where: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), who: person, where: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('create' as const), who: person, whom: person }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), whom: person, where: pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), whom: person, where: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), who: person, where: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), where: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('handOver' as const), whom: person, where: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('profile' as const), who: person }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const), who: person, where: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mention' as const), who: person, whom: person, where: pick }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('react' as const), who: person, where: pick, on: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pin' as const), who: person, where: pick, on: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('hide' as const), who: person, where: pick, on: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('readAll' as const), who: person, where: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('receive' as const), who: person, where: pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('tell' as const), where: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('setting' as const), who: person, where: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('draft' as const), who: person, where: pick }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('preference' as const), who: person, on: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('pull' as const), which: pick, limits }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('direct' as const), who: person, whom: person }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('block' as const), who: person, whom: person, on: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('contacts' as const), who: person, where: pick }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('answer' as const), who: person, where: pick, on: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('forGood' as const), who: person, where: pick, on: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('newDevice' as const), who: person }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/**
 * Plays the steps. Commands gather until a pull or a flush and are submitted as one batch, so that
 * pages end in the middle of batches and several changes of one row share a place.
 */
async function play(campus: Campus, steps: readonly Step[], far?: number): Promise<Device[]> {
  const people: string[] = []
  for (let index = 0; index < PEOPLE; index += 1) people.push(await campus.register(`P${index}`))
  const groups: { id: string; leader: number }[] = []
  const directs: string[] = []
  const messages: { id: string; where: string; who: number }[] = []
  const devices = people.map((userId) => createDevice(campus.store, userId, far))
  const gathered: [userId: string, command: CampusCommand][] = []

  const personAt = (index: number) => people[index] ?? ''
  const whereAt = (index: number) =>
    [EVERYONE_ID, ...groups.map(({ id }) => id), ...directs][index % (groups.length + directs.length + 1)] ??
    EVERYONE_ID
  const groupAt = (index: number) => groups[index % Math.max(1, groups.length)]
  // Mostly what was said lately, which is what arrives together with a conversation.
  const messageAt = (index: number) =>
    messages.at(-1 - (index % Math.min(Math.max(1, messages.length), 1 + (index % 20))))
  const ask = (who: number, command: CampusCommand) => gathered.push([personAt(who), command])
  const flush = async () => {
    const commands = gathered.splice(0)
    await Promise.all(commands.map(([userId, command]) => campus.submit(userId, [command])))
    // Whoever leads now is what the database says: leaving hands over by itself.
    const leaders = await campus.store.db.selectFrom('conversation').select(['id', 'creator_id']).execute()
    for (const { id, creator_id } of leaders) {
      const group = groups.find((one) => one.id === id)
      if (group !== undefined) group.leader = Math.max(0, people.indexOf(creator_id ?? ''))
    }
  }
  const begin = (who: number, whom: number) => {
    const command = createGroup([personAt(whom)])
    groups.push({ id: command.conversationId, leader: who })
    ask(who, command)
  }
  begin(0, 1)
  begin(0, 2)

  for (const one of steps) {
    switch (one.do) {
      case 'send':
      case 'flood':
        for (let count = one.do === 'flood' ? NEWEST_PAGE_MESSAGES + 5 : 1; count > 0; count -= 1) {
          const command = send(whereAt(one.where))
          messages.push({ id: command.id, where: command.conversationId, who: one.who })
          ask(one.who, command)
        }
        break
      case 'edit': {
        const message = messageAt(one.where)
        if (message !== undefined) ask(message.who, edit(message.where, message.id, `edited ${one.where}`))
        break
      }
      case 'delete': {
        const message = messageAt(one.where)
        if (message !== undefined) ask(message.who, remove(message.where, message.id))
        break
      }
      case 'mention': {
        const [last] = messages.slice(-1)
        const command = send(whereAt(one.where), 'Hello @you', {
          mentions: [personAt(one.whom)],
          mentionsAll: one.where % 3 === 0,
          replyToId: last?.where === whereAt(one.where) ? last.id : null,
        })
        messages.push({ id: command.id, where: command.conversationId, who: one.who })
        ask(one.who, command)
        break
      }
      case 'react': {
        const message = messageAt(one.where)
        const emoji = one.where % 2 === 0 ? '👍' : '🎉'
        if (message !== undefined) ask(one.who, react(message.where, message.id, emoji, one.on))
        break
      }
      case 'pin': {
        const message = messageAt(one.where)
        if (message !== undefined) ask(one.who, pin(message.where, message.id, one.on))
        break
      }
      case 'hide': {
        const message = messageAt(one.where)
        if (message !== undefined) ask(one.who, hide(message.where, message.id, one.on))
        break
      }
      case 'readAll':
        ask(one.who, read(whereAt(one.where), Number.MAX_SAFE_INTEGER))
        break
      case 'receive':
        ask(one.who, receive(whereAt(one.where), 1 + (one.where % 70)))
        break
      case 'tell':
        ask(0, { type: 'receipts.publish', id: uuidv7(), conversationId: whereAt(one.where) })
        break
      case 'setting':
        ask(one.who, setConversation(whereAt(one.where), { archivedN: one.where % 9, markedUnread: true }))
        break
      case 'draft':
        ask(one.who, setDraft(whereAt(one.where), `draft ${one.where}`))
        break
      case 'preference':
        ask(one.who, setPreference({ seen: one.on }))
        break
      case 'direct': {
        const command = createDirect(personAt(one.who), personAt(one.whom))
        if (one.who !== one.whom && !directs.includes(command.conversationId)) directs.push(command.conversationId)
        ask(one.who, command)
        break
      }
      case 'block':
        ask(one.who, block(personAt(one.whom), one.on))
        break
      case 'contacts':
        ask(one.who, setPreference({ directFrom: APPROACHES[one.where % 3], addFrom: APPROACHES[one.where % 2] }))
        break
      case 'answer':
        ask(one.who, answerRequest(whereAt(one.where), one.on))
        break
      case 'forGood':
        ask(one.who, leaveForGood(whereAt(one.where), one.on))
        break
      case 'create':
        begin(one.who, one.whom)
        break
      case 'add':
      case 'remove':
      case 'handOver': {
        const group = groupAt(one.where)
        const build = { add: addMembers, remove: removeMember, handOver }[one.do]
        if (group !== undefined) ask(group.leader, build(group.id, personAt(one.whom)))
        break
      }
      case 'leave': {
        const group = groupAt(one.where)
        if (group !== undefined) ask(one.who, leaveGroup(group.id))
        break
      }
      case 'rename': {
        const group = groupAt(one.where)
        if (group !== undefined) ask(group.leader, renameGroup(group.id, `Group ${one.where}`))
        break
      }
      case 'profile':
        ask(one.who, renameProfile(`Name ${gathered.length}`))
        break
      case 'read':
        ask(one.who, read(whereAt(one.where), 1 + (one.where % 7)))
        break
      case 'newDevice':
        devices.push(createDevice(campus.store, personAt(one.who), far))
        break
      case 'flush':
        await flush()
        break
      case 'pull':
        await flush()
        await devices[one.which % devices.length]?.pullPage(one.limits)
        break
    }
  }
  // What was received and read last is published a moment later; until then only whoever pulls anew learns of it.
  for (let where = 0; where <= groups.length + directs.length; where += 1) {
    ask(0, { type: 'receipts.publish', id: uuidv7(), conversationId: whereAt(where) })
  }
  await flush()
  return devices
}

function sortRows(rows: ReadonlyMap<string, unknown>): [string, unknown][] {
  return [...rows].sort(([one], [other]) => (one < other ? -1 : 1))
}

/** A page of changes holds each row once; a first pull may say who somebody is on several pages. */
function expectOnce(device: Device): void {
  for (const page of device.pages) {
    if (page.from === 0) continue
    const keys = page.rows.map(keyOf)
    expect(new Set(keys).size).toBe(keys.length)
    for (const row of page.rows) expect(row.seq).toBeLessThanOrEqual(page.to)
  }
}

const HANGS_ON_MESSAGE = new Set<Row['type']>(['message', 'reaction', 'revision', 'event'])

/**
 * Without history, what is held is everything but messages below the newest page and what hangs on them;
 * of those, the pinned ones and the unread mentions are there.
 */
async function expectConverged(campus: Campus, device: Device): Promise<void> {
  const visible = await listVisibleRows(campus.store, device.userId)
  for (const [key, row] of device.rows) expect(visible.get(key), key).toEqual(row)
  const missing = [...visible.values()].filter((row) => !device.rows.has(keyOf(row)))
  for (const row of missing) expect(HANGS_ON_MESSAGE, keyOf(row)).toContain(row.type)
  for (const row of visible.values()) {
    if (row.type === 'conversation') expectNewestPage(device, visible, row.id)
    if (row.type === 'message' && isPointedOut(visible, row, device.userId)) {
      expect(device.rows.has(keyOf(row)), keyOf(row)).toBe(true)
    }
  }
  for (const row of visible.values()) if (row.type === 'conversation') await device.loadHistory(row.id)
  expect(sortRows(device.rows)).toEqual(sortRows(visible))
}

function isPointedOut(visible: ReadonlyMap<string, Row>, message: MessageRow, userId: string): boolean {
  const reading = visible.get(`reading/${message.conversationId}`)
  const isUnread = message.n > (reading?.type === 'reading' ? reading.n : 0)
  return message.pinnedAt !== null || (isUnread && (message.mentionsAll || message.mentions.includes(userId)))
}

/** The newest page is there without a gap, with all that hangs on its messages. */
function expectNewestPage(device: Device, visible: ReadonlyMap<string, Row>, conversationId: string): void {
  const messages = [...visible.values()].filter(
    (row): row is MessageRow => row.type === 'message' && row.conversationId === conversationId,
  )
  const newest = messages.sort((one, other) => one.n - other.n).slice(-NEWEST_PAGE_MESSAGES)
  const ids = new Set(newest.map(({ id }) => id))
  const page = (rows: Iterable<Row>) =>
    [...rows].filter((row) => ('messageId' in row ? ids.has(row.messageId) : 'id' in row && ids.has(row.id))).map(keyOf)
  expect(page(device.rows.values()).sort()).toEqual(page(visible.values()).sort())
}

test(
  'whatever happens between its pages, each device ends with exactly the rows that its user may see',
  () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), limits, async (steps, ofPage) => {
        const backend = await createBackend()
        try {
          const campus = createCampus({ store: backend.store })
          for (const device of await play(campus, steps)) {
            await device.pullAll(ofPage)
            expectOnce(device)
            await expectConverged(campus, device)
          }
        } finally {
          await backend.dispose()
        }
      }),
      { numRuns: RUNS },
    ),
  TIMEOUT_MS,
)

/** A device that takes few messages for many, and gets few of the newest. */
const farBehind = fc.record({ far: fc.integer({ min: 1, max: 30 }), newest: fc.integer({ min: 1, max: 6 }), limits })

test(
  'whoever was far behind, and filled what was left out, holds no more and no less than whoever read all of it in order',
  () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), farBehind, async (steps, behind) => {
        const { far, newest } = behind
        const withFew = steps.map((one) => (one.do === 'pull' ? { ...one, limits: { ...one.limits, newest } } : one))
        const backend = await createBackend()
        try {
          const campus = createCampus({ store: backend.store })
          for (const device of await play(campus, withFew, far)) {
            await device.pullAll({ ...behind.limits, newest })
            const visible = await listVisibleRows(campus.store, device.userId)
            for (const [key, row] of device.rows) expect(visible.get(key), key).toEqual(row)
            for (const row of visible.values()) {
              if (row.type === 'message' && isPointedOut(visible, row, device.userId)) {
                expect(device.rows.has(keyOf(row)), keyOf(row)).toBe(true)
              }
            }
            await device.fillHoles()
            expectNothingLeftOut(device, visible)
          }
        } finally {
          await backend.dispose()
        }
      }),
      { numRuns: RUNS },
    ),
  TIMEOUT_MS,
)

function expectNothingLeftOut(device: Device, visible: ReadonlyMap<string, Row>): void {
  for (const [key, row] of device.rows) expect(visible.get(key), key).toEqual(row)
  const { begins } = device
  const ids = new Set<string>()
  for (const row of visible.values()) {
    if (row.type !== 'message' || row.n < (begins.get(row.conversationId) ?? Infinity)) continue
    ids.add(row.id)
  }
  for (const [key, row] of visible) {
    const isExpected =
      row.type === 'message'
        ? ids.has(row.id)
        : row.type === 'event'
          ? row.n >= (begins.get(row.conversationId) ?? Infinity)
          : row.type === 'reaction' || row.type === 'revision'
            ? ids.has(row.messageId)
            : true
    if (isExpected) expect(device.rows.has(key), key).toBe(true)
  }
}
