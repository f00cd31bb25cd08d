import { uuidv7 } from 'uuidv7'
import { describe, expect, test } from 'vitest'
import type { CampusCommand } from '../../../server/campus/command.ts'
import { createCampusKind } from '../../../server/campus/kind.ts'
import { campusRules } from '../../../server/commands/rules.ts'
import { directId } from '../../../shared/direct-id.ts'
import type { Approach } from '../../../shared/protocol/fields.ts'
import { BLOCKED_MAX } from '../../../shared/protocol/limits.ts'
import type { Row } from '../../../shared/protocol/rows.ts'
import {
  addMembers,
  answerRequest,
  block,
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
import { attend, type TestAttendee } from '../../support/process.ts'
import { listVisibleRows } from '../../support/visible-rows.ts'

import {
  NOW,
  backend,
  campus,
  live,
  ann,
  ben,
  cleo,
  pullAll,
  registerPeople,
  listen,
  textsOf,
  findRows,
  openContacts,
} from './contacts.ts'

/* Who is blocked writes to nobody who did that, and does not learn it. */

openContacts()

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
    await registerPeople()
    const [a, b] = [ann, ben]
    const scene = { group: await campus.group(a), direct: directId(a, b) }
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
