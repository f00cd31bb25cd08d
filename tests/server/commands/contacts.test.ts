import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CampusCommand } from '../../../server/campus/command.ts'
import { createCampusKind } from '../../../server/campus/kind.ts'
import { campusRules } from '../../../server/commands/rules.ts'
import { directId } from '../../../shared/direct-id.ts'
import type { Approach } from '../../../shared/protocol/fields.ts'
import { BLOCKED_MAX, REQUEST_MESSAGES_MAX, REQUEST_TEXT_MAX } from '../../../shared/protocol/limits.ts'
import type { RequestRow, Row } from '../../../shared/protocol/rows.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addMembers,
  answerRequest,
  block,
  type Campus,
  createCampus,
  createDirect,
  createGroup,
  dump,
  edit,
  leaveForGood,
  leaveGroup,
  pin,
  react,
  read,
  receive,
  remove,
  removeMember,
  send,
  setPreference,
} from '../../support/campus.ts'
import { createDevice, type Device } from '../../support/device.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { attend, type Process, startProcess, type TestAttendee } from '../../support/process.ts'
import { listVisibleRows } from '../../support/visible-rows.ts'

/* Who may write to whom and add whom, and that nobody learns that they were blocked. */

const NOW = 1_800_000_000_000

let backend: Backend
let campus: Campus
let live: Process
let ann: string
let ben: string
let cleo: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store, now: () => NOW })
})
afterAll(() => backend.dispose())
beforeEach(async () => {
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  cleo = await campus.register('Cleo')
  live = await startProcess(backend, campus.bus, createFakeClock())
})
afterEach(() => {
  live.close()
  expect([...live.errors, ...campus.errors]).toEqual([])
})

async function pullAll(userId: string): Promise<Device> {
  const device = createDevice(backend.store, userId)
  await device.pullAll()
  return device
}

/** A socket of somebody, live from now on. */
async function listen(userId: string): Promise<TestAttendee> {
  const attendee = attend(live, userId)
  await attendee.follower.resume(live.hub.position.head)
  return attendee
}

const requestsOf = (device: Device) =>
  [...device.rows.values()].filter((row): row is RequestRow => row.type === 'request')
const textsOf = (device: Device, conversationId: string) => device.messages(conversationId).map(({ text }) => text)
const findRows = <Type extends Row['type']>(device: Device, type: Type) =>
  [...device.rows.values()].filter((row): row is Extract<Row, { type: Type }> => row.type === type)

describe('blocking', () => {
  test('is a row of one’s own, which comes to all of one’s devices and to nobody else’s', async () => {
    const [mine, theirs] = [await listen(ben), await listen(ann)]
    await campus.accept(ben, block(ann))
    expect(mine.follower.rows()).toMatchObject([{ type: 'block', userId: ann, blocked: true, at: NOW }])
    expect(theirs.follower.rows()).toEqual([])
    expect(findRows(await pullAll(ben), 'block')).toMatchObject([{ userId: ann, blocked: true }])
    expect(findRows(await pullAll(ann), 'block')).toEqual([])
    await campus.accept(ben, block(ann, false))
    expect(findRows(await pullAll(ben), 'block')).toEqual([])
  })

  const refused: [string, () => CampusCommand, string][] = [
    ['oneself', () => block(ben), 'not_yourself'],
    ['nobody', () => block(uuidv7()), 'not_found'],
    ['nobody any more', () => block(uuidv7(), false), 'not_found'],
  ]
  test.each(refused)('%s is refused, and nothing changes', async (_, build, code) => {
    const before = await dump(backend.store)
    expect(await campus.codeOf(ben, build())).toBe(code)
    expect(await dump(backend.store)).toMatchObject({ block: before.block ?? [], log: before.log ?? [] })
  })

  test('somebody twice moves nothing', async () => {
    await campus.accept(ben, block(ann))
    const head = await campus.head()
    await campus.accept(ben, block(ann))
    expect(await campus.head()).toBe(head)
  })

  test('holds of so many people at most, and says so', async () => {
    const head = await campus.head()
    const many = Array.from({ length: BLOCKED_MAX }, (_, index) => ({
      ...{ user_id: ben, blocked_id: uuidv7(), seq: head + 1 + index, blocked: 1, changed_at: NOW },
    }))
    for (let from = 0; from < many.length; from += 100) {
      await backend.store.db
        .insertInto('block')
        .values(many.slice(from, from + 100))
        .execute()
    }
    expect(await campus.codeOf(ben, block(ann))).toBe('forbidden')
    await backend.store.db.deleteFrom('block').where('user_id', '=', ben).execute()
  })

  test('one cannot write to whom one blocked, nor add them, until one lets them in again', async () => {
    const direct = await campus.direct(ben, ann)
    const group = await campus.group(ben)
    await campus.accept(ben, block(ann))
    expect(await campus.codeOf(ben, send(direct))).toBe('forbidden')
    expect(await campus.codeOf(ben, addMembers(group, cleo, ann))).toBe('forbidden')
    expect(await campus.codeOf(ben, createGroup([ann]))).toBe('forbidden')
    expect(await campus.codeOf(ben, createDirect(ben, ann))).toBe('accepted')
    await campus.accept(ben, block(cleo))
    expect(await campus.codeOf(ben, createDirect(ben, cleo))).toBe('forbidden')
    await campus.accept(ben, block(ann, false), send(direct), addMembers(group, ann))
  })

  test('what was said before stays; what comes after is nothing but a number that one deleted', async () => {
    const direct = await campus.direct(ann, ben)
    await campus.accept(ann, send(direct, 'Before'))
    await campus.accept(ben, block(ann))
    const [device, socket] = [await pullAll(ben), await listen(ben)]
    const after = send(direct, 'After', { mentions: [ben] })
    await campus.accept(ann, after)
    const told = JSON.stringify(socket.follower.rows())
    expect(told).not.toContain('After')
    await device.pullAll()
    const fresh = await pullAll(ben)
    for (const one of [device, fresh]) {
      expect(textsOf(one, direct)).toEqual(['Before', null])
      expect(findRows(one, 'hidden')).toMatchObject([{ messageId: after.id, hidden: true }])
      expect(one.messages(direct).at(-1)).toMatchObject({ mentions: [], replyTo: null })
    }
    expect(textsOf(await pullAll(ann), direct)).toEqual(['Before', 'After'])
  })

  test('what was written to one who blocked stays away from them, also once they let its author in again', async () => {
    const direct = await campus.direct(ann, ben)
    const during = send(direct, 'During')
    await campus.accept(ben, block(ann))
    await campus.accept(ann, during)
    await campus.accept(ben, block(ann, false))
    await campus.accept(ann, edit(direct, during.id, 'Edited later'), send(direct, 'Now'))
    const device = await pullAll(ben)
    await device.loadHistory(direct)
    expect(textsOf(device, direct)).toEqual([null, 'Now'])
    expect(JSON.stringify([...device.rows.values()])).not.toMatch(/During|Edited later/)
  })

  test('an old message that is edited stays what it was, and a reaction is taken away', async () => {
    const direct = await campus.direct(ann, ben)
    const [hers, his] = [send(direct, 'Kind'), send(direct, 'Mine')]
    await campus.accept(ann, hers)
    await campus.accept(ben, his)
    await campus.accept(ann, react(direct, his.id))
    await campus.accept(ben, block(ann))
    const device = await pullAll(ben)
    await campus.accept(ann, edit(direct, hers.id, 'Unkind'), react(direct, his.id, '💩'))
    await device.pullAll()
    for (const one of [device, await pullAll(ben)]) {
      expect(one.messages(direct)).toMatchObject([{ text: 'Kind', edits: 0, editedAt: null }, { text: 'Mine' }])
      expect(findRows(one, 'reaction').flatMap(({ emoji }) => emoji)).toEqual([])
      expect(findRows(one, 'revision')).toEqual([])
    }
    expect(textsOf(await pullAll(ann), direct)).toEqual(['Unkind', 'Mine'])
  })

  test('nobody acts on what never reached them', async () => {
    const direct = await campus.direct(ann, ben)
    await campus.accept(ben, block(ann))
    const message = send(direct)
    await campus.accept(ann, message)
    expect(await campus.codeOf(ben, pin(direct, message.id))).toBe('message_deleted')
    expect(await campus.codeOf(ben, react(direct, message.id))).toBe('message_deleted')
  })

  test('whoever blocked gives no receipts where that person is, and gives them again to others and later', async () => {
    const direct = await campus.direct(ann, ben)
    const group = await campus.group(cleo, ann, ben)
    await campus.accept(ann, send(direct), send(group))
    await campus.accept(ben, block(ann))
    await campus.accept(ben, receive(direct, 1), read(direct, 1), receive(group, 1), read(group, 1))
    await campus.publishReceipts(direct)
    await campus.publishReceipts(group)
    const receiptsOf = async () =>
      [...(await listVisibleRows(backend.store, ann)).values()].filter(
        (row) => (row.type === 'delivery' || row.type === 'seen') && row.userId === ben,
      )
    expect(await receiptsOf()).toEqual([])
    const other = await campus.group(cleo, ben)
    await campus.accept(cleo, send(other))
    await campus.accept(ben, read(other, 1))
    await campus.publishReceipts(other)
    expect(findRows(await pullAll(cleo), 'seen')).toMatchObject([{ userId: ben, conversationId: other }])
    await campus.accept(ben, block(ann, false))
    await campus.accept(ann, send(direct))
    await campus.accept(ben, read(direct, 2))
    await campus.publishReceipts(direct)
    expect((await receiptsOf()).map(({ type }) => type).sort()).toEqual(['delivery', 'seen'])
  })
})

describe('nobody is told that they were blocked', () => {
  /** What somebody does, and in whose company. */
  interface Scene {
    group: string
    direct: string
  }
  type Steps = (scene: Scene) => CampusCommand[]
  type Prepare = (scene: Scene) => Promise<unknown>

  /** What Ann is answered and gets, with names in place of ids and positions counted from where she begins. */
  async function play(prepare: Prepare, steps: Steps): Promise<unknown> {
    const [a, b] = [await campus.register('Ann'), await campus.register('Ben')]
    const scene = { group: await campus.group(a), direct: directId(a, b) }
    ;[ann, ben] = [a, b]
    await prepare(scene)
    const socket = await listen(a)
    const base = await campus.head()
    const device = await pullAll(a)
    const answers = []
    for (const command of steps(scene)) answers.push(await campus.submit(a, [command]))
    const head = await campus.head()
    await device.pullAll()
    const fresh = await pullAll(a)
    const names = new Map([
      ...Object.entries(scene).map(([name, id]): [string, string] => [id, name]),
      [a, 'a'],
      [b, 'b'],
    ])
    const toPlain = (value: unknown): unknown => {
      if (typeof value === 'string') return names.get(value) ?? (isOwnId(value) ? nameAnew(names, value) : value)
      if (Array.isArray(value)) return value.map(toPlain)
      if (typeof value !== 'object' || value === null) return value
      const entries = Object.entries(value).map(([key, one]): [string, unknown] => [
        key,
        (key === 'seq' || key === 'since') && typeof one === 'number'
          ? Math.max(0, one - base)
          : key === 'handle'
            ? 'a handle'
            : toPlain(one),
      ])
      return Object.fromEntries(entries)
    }
    const isMine = (row: Row) => (row.type !== 'user' && row.type !== 'conversation' ? true : names.has(row.id))
    return toPlain({
      ...{ answers, moved: head - base, live: socket.follower.rows() },
      pulled: [...device.rows.values()].filter(isMine),
      fresh: [...fresh.rows.values()].filter(isMine),
    })
  }
  const isOwnId = (text: string) => /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(text)
  const nameAnew = (names: Map<string, string>, id: string): string => {
    const name = id.startsWith('00000000') ? 'everyone' : `id-${names.size}`
    names.set(id, name)
    return name
  }

  const writing: Steps = ({ direct }) => {
    const [one, two] = [send(direct, 'One', { mentions: [ben] }), send(direct, 'Two')]
    return [
      ...[createDirect(ann, ben), one, two, send(direct, 'Three', { replyToId: one.id })],
      ...[edit(direct, one.id, 'Other'), react(direct, two.id), pin(direct, two.id), remove(direct, two.id)],
      ...[read(direct, 3), send(direct, 'Four')],
    ]
  }
  const adding: Steps = ({ group }) => {
    const create = createGroup([ben])
    return [addMembers(group, ben), addMembers(group, ben), removeMember(group, ben), create, send(group, 'Hello')]
  }
  const begin = async () => {
    await campus.accept(ann, createDirect(ann, ben))
    const hello = send(directId(ann, ben), 'Hello')
    await campus.accept(ann, hello)
    await campus.accept(ben, send(directId(ann, ben), 'Hello you'))
  }
  const want = (from: Approach) => campus.accept(ben, setPreference({ directFrom: from, addFrom: from }))
  const ask = async ({ direct }: Scene) => {
    await want('nobody')
    await campus.accept(ann, createDirect(ann, ben), send(direct, 'Please'))
  }
  const pairs: [string, Prepare, Prepare, Steps][] = [
    ['by a first message', async () => campus.accept(ben, block(ann)), async () => undefined, writing],
    ['by a further message', async () => (await begin(), campus.accept(ben, block(ann))), async () => begin(), writing],
    [
      'by a first message to one who wants to be asked',
      async () => (await want('nobody'), campus.accept(ben, block(ann))),
      async () => want('nobody'),
      writing,
    ],
    [
      'by writing on to one who declined',
      async (scene) => (await ask(scene), campus.accept(ben, answerRequest(scene.direct, false))),
      ask,
      writing,
    ],
    ['by adding them', async () => campus.accept(ben, block(ann)), async () => want('nobody'), adding],
    [
      'by adding one who left for good',
      async ({ group }) => (await campus.accept(ann, addMembers(group, ben)), campus.accept(ben, leaveForGood(group))),
      async ({ group }) => {
        await campus.accept(ann, addMembers(group, ben))
        await campus.accept(ben, leaveGroup(group), setPreference({ addFrom: 'nobody' }))
      },
      ({ group }) => [addMembers(group, ben), addMembers(group, ben), removeMember(group, ben), send(group, 'Hello')],
    ],
  ]

  test.each(pairs)(
    'what they get %s is, field by field, what they get of one who does not answer',
    async (_, blocking, silent, steps) => {
      const blocked = await play(blocking, steps)
      const unanswered = await play(silent, steps)
      expect(JSON.stringify(blocked)).toContain('accepted')
      expect(blocked).toEqual(unanswered)
    },
  )

  test('they see nobody who blocked them come, go or type, as of one who does not let that be known', async () => {
    const direct = await campus.direct(ann, ben)
    const [hers, his] = [attend(live, ann), attend(live, ben)]
    const look = (who: TestAttendee, other: string) =>
      who.attended.take({ type: 'watch', conversationId: direct, userIds: [other] })
    await look(hers, ben)
    await look(his, ann)
    const states = (who: TestAttendee) =>
      who.take().map((frame) => (frame.type === 'presence' ? frame.state : frame.type))
    await expect.poll(() => states(hers)).toEqual(['there'])
    await expect.poll(() => states(his)).toEqual(['there'])
    await campus.accept(ben, block(ann))
    await expect.poll(() => [states(hers), states(his)]).toEqual([['unknown'], ['unknown']])
    await his.attended.take({ type: 'typing', conversationId: direct })
    await hers.attended.take({ type: 'typing', conversationId: direct })
    await campus.accept(ben, block(ann, false))
    await expect.poll(() => [states(hers), states(his)]).toEqual([['there'], ['there']])
    expect(live.words.filter(({ kind }) => kind === 'typing')).toHaveLength(2)
    // Whoever loads it now, and did not hear of it, sees the same.
    await campus.accept(ben, block(ann))
    const again = attend(live, ann)
    await look(again, ben)
    await expect.poll(() => states(again)).toEqual(['unknown'])
  })

  test('a process that hears of it from the log alone keeps it from them too', async () => {
    const direct = await campus.direct(ann, ben)
    await campus.accept(ben, block(ann))
    const socket = await listen(ben)
    const from = await campus.head()
    await campus.accept(ann, send(direct, 'Behind the back'))
    const changes = await createCampusKind(backend.store, campusRules).loadChanges(
      backend.store.db,
      'campus',
      from,
      100,
    )
    const byPosition = (rows: { row: { seq: number; type: string } }[]) =>
      rows.map(({ row }) => `${row.seq} ${row.type}`).sort()
    const published = campus.published.filter(({ to }) => to > from).flatMap(({ rows }) => [...rows])
    expect(byPosition(changes)).toEqual(byPosition(published))
    for (const { row, audience } of changes) {
      if (JSON.stringify(row).includes('Behind the back')) expect(audience).toMatchObject({ except: ben })
    }
    expect(JSON.stringify(socket.follower.rows())).not.toContain('Behind the back')
  })
})

describe('requests', () => {
  const want = (changes: { directFrom?: Approach; addFrom?: Approach }) => campus.accept(ben, setPreference(changes))

  test('are what a first message of a stranger becomes: one sees who asks and how it begins, and nothing else', async () => {
    await want({ directFrom: 'nobody' })
    const socket = await listen(ben)
    const direct = directId(ann, ben)
    const long = 'x'.repeat(REQUEST_TEXT_MAX + 1)
    const sent = [send(direct, 'Hello'), send(direct, long), send(direct, 'Three'), send(direct, 'Four')]
    await campus.accept(ann, createDirect(ann, ben), ...sent)
    const device = await pullAll(ben)
    const [request] = requestsOf(device)
    expect(request).toMatchObject({ conversationId: direct, state: 'asked', kind: 'direct', byId: ann, at: NOW })
    expect(request?.messages.map(({ text }) => text)).toEqual(['Hello', long.slice(1), 'Three'])
    expect(request?.messages).toHaveLength(REQUEST_MESSAGES_MAX)
    expect(device.messages(direct)).toEqual([])
    expect(findRows(device, 'member').filter(({ conversationId }) => conversationId === direct)).toEqual([])
    expect(new Set(socket.follower.rows().map(({ type }) => type))).toEqual(new Set(['request']))
    expect(await campus.codeOf(ben, send(direct))).toBe('not_a_member')
    expect(textsOf(await pullAll(ann), direct)).toHaveLength(4)
  })

  test('what is edited or deleted before one answers is so in the request as well', async () => {
    await want({ directFrom: 'nobody' })
    const direct = directId(ann, ben)
    const [one, two] = [send(direct, 'One'), send(direct, 'Two')]
    await campus.accept(ann, createDirect(ann, ben), one, two)
    await campus.accept(ann, edit(direct, one.id, 'Uno'), remove(direct, two.id))
    expect(requestsOf(await pullAll(ben))[0]?.messages.map(({ text }) => text)).toEqual(['Uno', ''])
  })

  test('that one accepts are conversations like any other, and asked no more', async () => {
    await want({ directFrom: 'nobody' })
    const direct = directId(ann, ben)
    await campus.accept(ann, createDirect(ann, ben), send(direct, 'Hello'))
    const device = await pullAll(ben)
    const socket = await listen(ben)
    await campus.accept(ben, answerRequest(direct))
    expect(socket.follower.take().at(-1)).toEqual({ type: 'behind' })
    await device.pullAll()
    expect(textsOf(device, direct)).toEqual(['Hello'])
    const told = device.pages.flatMap(({ rows }) => rows).findLast(({ type }) => type === 'request')
    expect(told).toMatchObject({ state: 'answered', byId: null, messages: [] })
    expect(requestsOf(device)).toEqual([])
    expect(requestsOf(await pullAll(ben))).toEqual([])
    await campus.accept(ben, send(direct, 'Hello you'))
    await campus.accept(ann, send(direct, 'How are you?'))
    expect(textsOf(await pullAll(ben), direct)).toEqual(['Hello', 'Hello you', 'How are you?'])
    await campus.accept(ben, answerRequest(direct), answerRequest(direct, false))
    expect(await campus.codeOf(ben, send(direct))).toBe('accepted')
  })

  test('that one declines are silent from then on, and can be accepted later all the same', async () => {
    await want({ directFrom: 'nobody' })
    const direct = directId(ann, ben)
    await campus.accept(ann, createDirect(ann, ben), send(direct, 'Hello'))
    await campus.accept(ben, answerRequest(direct, false))
    const socket = await listen(ben)
    await campus.accept(ann, send(direct, 'Please'), createDirect(ann, ben))
    expect(socket.follower.rows().filter((row) => row.type !== 'request' || row.state !== 'answered')).toEqual([])
    expect(requestsOf(await pullAll(ben))).toEqual([])
    await campus.accept(ben, answerRequest(direct))
    expect(textsOf(await pullAll(ben), direct)).toEqual(['Hello', 'Please'])
  })

  test('end when one writes oneself, and when one blocks who asks', async () => {
    await want({ directFrom: 'nobody' })
    const [hers, cleos] = [directId(ann, ben), directId(cleo, ben)]
    await campus.accept(ann, createDirect(ann, ben), send(hers, 'Hello'))
    await campus.accept(cleo, createDirect(cleo, ben), send(cleos, 'Hello'))
    await campus.accept(ben, createDirect(ben, ann), send(hers, 'Oh'), block(cleo))
    const device = await pullAll(ben)
    expect(requestsOf(device)).toEqual([])
    expect(textsOf(device, hers)).toEqual(['Hello', 'Oh'])
    expect(device.messages(cleos)).toEqual([])
    expect(await campus.codeOf(ben, answerRequest(cleos))).toBe('forbidden')
    await campus.accept(ben, block(cleo, false))
    await campus.accept(cleo, send(cleos, 'Again'))
    expect(requestsOf(await pullAll(ben))[0]?.messages.map(({ text }) => text)).toEqual(['Again'])
  })

  test('of one whom they blocked tell them nothing at all, live neither', async () => {
    await campus.accept(ben, block(ann))
    const socket = await listen(ben)
    const message = send(directId(ann, ben), 'Psst')
    await campus.accept(ann, createDirect(ann, ben), message, react(message.conversationId, message.id))
    await campus.accept(ann, createGroup([ben]))
    expect(socket.follower.rows()).toEqual([])
    expect((await pullAll(ben)).rows.has(`message/${message.id}`)).toBe(false)
  })

  test('whom one let in again reaches one with what they write next, and not with what was before', async () => {
    const direct = directId(ann, ben)
    await campus.accept(ben, block(ann))
    await campus.accept(ann, createDirect(ann, ben), send(direct, 'Hidden'))
    expect((await pullAll(ben)).messages(direct)).toEqual([])
    await campus.accept(ben, block(ann, false))
    await campus.accept(ann, send(direct, 'Shown'))
    expect(textsOf(await pullAll(ben), direct)).toEqual([null, 'Shown'])
  })

  const approaches: [Approach, boolean, boolean][] = [
    ['everybody', false, true],
    ['everybody', true, true],
    ['shared-group', false, false],
    ['shared-group', true, true],
    ['nobody', true, false],
  ]
  test.each(approaches)(
    'from %s, with a shared group: %s, lets somebody write and add at once: %s',
    async (from, isShared, isOpen) => {
      await want({ directFrom: from, addFrom: from })
      if (isShared) {
        await campus.accept(ben, setPreference({ addFrom: 'everybody' }))
        await campus.group(cleo, ann, ben)
        await campus.accept(ben, setPreference({ addFrom: from }))
      }
      const direct = directId(ann, ben)
      const group = await campus.group(ann, ben)
      await campus.accept(ann, createDirect(ann, ben), send(direct, 'Hello'))
      const device = await pullAll(ben)
      expect(textsOf(device, direct)).toEqual(isOpen ? ['Hello'] : [])
      expect(
        requestsOf(device)
          .map(({ kind }) => kind)
          .sort(),
      ).toEqual(isOpen ? [] : ['direct', 'group'])
      expect(await campus.codeOf(ben, send(group))).toBe(isOpen ? 'accepted' : 'not_a_member')
    },
  )

  test('a conversation that both have written in is never one, whatever one chooses later', async () => {
    const direct = await campus.direct(ann, ben)
    await campus.accept(ann, send(direct, 'Hello'))
    await campus.accept(ben, send(direct, 'Hello you'), setPreference({ directFrom: 'nobody' }))
    await campus.accept(ann, createDirect(ann, ben), send(direct, 'Still here'))
    const device = await pullAll(ben)
    expect(requestsOf(device)).toEqual([])
    expect(textsOf(device, direct)).toEqual(['Hello', 'Hello you', 'Still here'])
  })

  test('to come into a group name it and who asks; the group is told who is asked, and who came', async () => {
    await want({ addFrom: 'nobody' })
    const group = createGroup([ben, cleo], { title: 'Film club' })
    await campus.accept(ann, group)
    expect(requestsOf(await pullAll(ben))).toMatchObject([
      { conversationId: group.conversationId, kind: 'group', title: 'Film club', byId: ann, messages: [] },
    ])
    const eventsOf = async () =>
      findRows(await pullAll(cleo), 'event')
        .sort((one, other) => one.seq - other.seq)
        .map(({ byId, change }) => ({ byId, ...change }))
    expect(await eventsOf()).toEqual([
      { byId: ann, kind: 'began', title: 'Film club' },
      { byId: ann, kind: 'asked', userIds: [ben] },
    ])
    await campus.accept(ben, answerRequest(group.conversationId))
    expect((await eventsOf()).at(-1)).toEqual({ byId: ben, kind: 'joined' })
    await campus.accept(ben, send(group.conversationId))
    // Once accepted, one can be put out and added again without being asked.
    await campus.accept(ann, removeMember(group.conversationId, ben), addMembers(group.conversationId, ben))
    await campus.accept(ben, send(group.conversationId))
  })

  test('are refused a second answer that nothing asks for', async () => {
    const group = await campus.group(ann)
    expect(await campus.codeOf(ben, answerRequest(group))).toBe('not_found')
    expect(await campus.codeOf(ben, answerRequest(uuidv7()))).toBe('not_found')
    await campus.accept(ben, block(ann))
    await campus.accept(ann, addMembers(group, ben))
    // Of this one they were never told: what they cannot know of, they cannot answer.
    expect(await campus.codeOf(ben, answerRequest(group))).toBe('not_found')
  })

  test('end when who leads the group takes them back', async () => {
    await want({ addFrom: 'nobody' })
    const group = await campus.group(ann, ben)
    await campus.accept(ann, removeMember(group, ben))
    expect(requestsOf(await pullAll(ben))).toEqual([])
  })

  test('to come into a group that was offered again are asked as any other', async () => {
    await want({ addFrom: 'nobody' })
    const group = await campus.group(ann)
    await campus.accept(ann, { ...addMembers(group, ben), again: true })
    expect(requestsOf(await pullAll(ben))).toHaveLength(1)
    expect(await campus.codeOf(ben, send(group))).toBe('not_a_member')
  })
})

describe('leaving for good', () => {
  test('nobody adds one again until one takes it back; the others see one who left', async () => {
    const group = await campus.group(ann, ben)
    await campus.accept(ben, leaveForGood(group))
    expect(requestsOf(await pullAll(ben))).toMatchObject([{ conversationId: group, state: 'left', title: 'A group' }])
    const events = findRows(await pullAll(ann), 'event').map(({ change }) => change.kind)
    expect(events.sort()).toEqual(['began', 'left'])
    await campus.accept(ann, addMembers(group, ben))
    expect(await campus.codeOf(ben, send(group))).toBe('not_a_member')
    expect(await campus.codeOf(ben, answerRequest(group))).toBe('not_found')
    await campus.accept(ben, leaveForGood(group, false))
    expect(requestsOf(await pullAll(ben))).toEqual([])
    await campus.accept(ann, addMembers(group, ben))
    await campus.accept(ben, send(group))
  })

  test('whoever is out already can say so, and does not learn what it is called since', async () => {
    const group = await campus.group(ann, ben)
    await campus.accept(ben, leaveGroup(group))
    await campus.accept(ben, leaveForGood(group), leaveForGood(group))
    expect(requestsOf(await pullAll(ben))).toMatchObject([{ state: 'left', title: null }])
  })

  test('whoever leads hands the group on', async () => {
    const group = await campus.group(ben, ann)
    await campus.accept(ben, leaveForGood(group))
    await campus.accept(ann, addMembers(group, cleo))
  })

  test('is for groups one was in', async () => {
    expect(await campus.codeOf(ben, leaveForGood(await campus.group(ann)))).toBe('not_a_member')
    expect(await campus.codeOf(ben, leaveForGood(await campus.direct(ann, ben)))).toBe('forbidden')
  })
})
