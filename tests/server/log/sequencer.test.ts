import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { campusRules } from '../../../server/commands/rules.ts'
import { StoreUnavailable } from '../../../server/log/group-commit.ts'
import type { CampusCommand } from '../../../server/campus/command.ts'
import type { Store } from '../../../server/store/store.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import {
  addMembers,
  type Campus,
  type CampusOptions,
  createCampus,
  createDirect,
  createGroup,
  dump,
  edit,
  read,
  registerUser,
  remove,
  send,
  setConversation,
} from '../../support/campus.ts'

let backend: Backend
let campus: Campus
let ann: string
let ben: string
beforeAll(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
})
afterAll(() => backend.dispose())

const listMessages = (conversationId = EVERYONE_ID) =>
  campus.store.db.selectFrom('message').selectAll().where('conversation_id', '=', conversationId).orderBy('n').execute()

/** Another sequencer on the same database, with parts of one's own. */
const build = (parts: Partial<CampusOptions>) => createCampus({ store: campus.store, ...parts })

function withWrite(write: (pass: Store['write']) => Store['write']): Store {
  return { ...campus.store, write: write(campus.store.write) }
}

async function listSeqs(): Promise<number[]> {
  const tables = [
    'user',
    'conversation',
    'member',
    'message',
    'annotation',
    'event',
    'reading',
    'personal',
    'hidden_message',
    'preference',
  ] as const
  const seqs = await Promise.all(tables.map((table) => campus.store.db.selectFrom(table).select('seq').execute()))
  return seqs.flat().map(({ seq }) => seq)
}

test('seq has no gap and no double over many submitters at once', async () => {
  const from = await campus.head()
  await Promise.all(Array.from({ length: 40 }, (_, index) => campus.accept(index % 2 ? ann : ben, send(), send())))
  const to = await campus.head()
  const seqs = (await listSeqs()).filter((seq) => seq > from)
  // 80 messages and two readings, each at its latest place: the other places of the readings are used up.
  expect(new Set(seqs).size).toBe(seqs.length)
  expect(Math.max(...seqs)).toBe(to)
  const told = campus.published
    .filter((batch) => batch.to > from)
    .flatMap((batch) => batch.rows.map(({ row }) => row.seq))
  expect(told).toEqual(Array.from({ length: to - from }, (_, index) => from + 1 + index))
})

test('each batch begins where the one before it ended', async () => {
  const told = campus.published.length
  for (let index = 0; index < 5; index += 1) await campus.accept(ann, send(), send())
  const batches = campus.published.slice(told)
  expect(batches.slice(1).map((batch) => batch.from)).toEqual(batches.slice(0, -1).map((batch) => batch.to))
  expect(batches).toHaveLength(5)
})

test('n is dense from 1 in each conversation', async () => {
  const group = await campus.group(ann, ben)
  await Promise.all(Array.from({ length: 20 }, (_, index) => campus.accept(index % 2 ? ann : ben, send(group))))
  expect((await listMessages(group)).map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
})

test('what one caller submits keeps its order over several calls', async () => {
  const group = await campus.group(ann, ben)
  const texts = Array.from({ length: 30 }, (_, index) => `${index}`)
  await Promise.all(texts.map((text) => campus.accept(ann, send(group, text))))
  expect((await listMessages(group)).map(({ text }) => text)).toEqual(texts)
})

test('what one device sends in one submission may rest on what stands before it', async () => {
  const group = createGroup([ben])
  const message = send(group.conversationId)
  await campus.accept(ann, group, message, edit(group.conversationId, message.id), read(group.conversationId, 1))
  expect(await listMessages(group.conversationId)).toMatchObject([{ n: 1, text: 'Edited' }])
})

test('a command sent twice is answered twice and done once', async () => {
  const group = await campus.group(ann, ben)
  const command = send(group)
  const seq = await campus.accept(ann, command)
  await campus.accept(ann, send(group))
  expect(await campus.accept(ann, command)).toBeGreaterThanOrEqual(seq)
  expect(await listMessages(group)).toHaveLength(2)
})

test('a command that is remembered is answered a second time with the position at which it was done', async () => {
  const command = setConversation(EVERYONE_ID, { pinned: true })
  const seq = await campus.accept(ann, command)
  await campus.accept(ann, send())
  const before = await dump(campus.store)
  expect(await campus.accept(ann, command)).toBe(seq)
  expect(await campus.codeOf(ann, { ...command, pinned: false })).toBe('id_taken')
  expect(await campus.codeOf(ann, { ...send(), id: command.id })).toBe('accepted')
  expect(await campus.codeOf(ann, { ...command, pinned: false })).toBe('id_taken')
  expect((await dump(campus.store)).command).toEqual(before.command)
})

test('of a message nothing is remembered but its row, and no change of it makes it another one', async () => {
  const command = send()
  const before = await dump(campus.store)
  await campus.accept(ann, command)
  expect((await dump(campus.store)).command).toEqual(before.command)
  await campus.accept(ann, edit(EVERYONE_ID, command.id))
  await campus.accept(ann, command)
  await campus.accept(ann, remove(EVERYONE_ID, command.id))
  await campus.accept(ann, command)
  const rows = (await listMessages()).filter(({ id }) => id === command.id)
  expect(rows).toMatchObject([{ text: null }])
})

test('a command that stands twice in one batch is answered twice and done once', async () => {
  const group = await campus.group(ann, ben)
  const command = send(group)
  const results = await campus.submit(ann, [command, command])
  expect(results[0]).toEqual(results[1])
  expect(results[0]).toEqual({ status: 'accepted', id: command.id, seq: await campus.head() })
  expect(await listMessages(group)).toHaveLength(1)
})

test('a command sent again while the first is under way is done once', async () => {
  const group = await campus.group(ann, ben)
  const command = send(group)
  const seqs = await Promise.all([
    campus.accept(ann, command),
    campus.accept(ann, command),
    campus.accept(ann, command),
  ])
  expect(new Set(seqs).size).toBe(1)
  expect(await listMessages(group)).toHaveLength(1)
})

const asAnother: [name: string, again: (command: ReturnType<typeof send>) => [user: 'ann' | 'ben', CampusCommand]][] = [
  ['with another text', (command) => ['ann', { ...command, text: 'Other' }]],
  ['with another time', (command) => ['ann', { ...command, writtenAt: 5 }]],
  ['in answer to another one', (command) => ['ann', { ...command, replyToId: command.id }]],
  ['by somebody else', (command) => ['ben', command]],
]
test.each(asAnother)('an id that was used, sent again %s, is taken, and nothing is written', async (_, again) => {
  const command = send()
  await campus.accept(ann, command)
  const before = await dump(campus.store)
  const [user, other] = again(command)
  expect(await campus.codeOf(user === 'ann' ? ann : ben, other)).toBe('id_taken')
  expect(await dump(campus.store)).toEqual(before)
})

test.each(asAnother)('an id that stands twice in one batch, the second time %s, is taken', async (_, again) => {
  const command = send()
  const [user, other] = again(command)
  const [first, second] = await Promise.all([
    campus.codeOf(ann, command),
    campus.codeOf(user === 'ann' ? ann : ben, other),
  ])
  expect([first, second]).toEqual(['accepted', 'id_taken'])
})

test('a refused command fails none of its neighbours and may be sent again', async () => {
  const group = await campus.group(ben)
  const [before, refused, after] = [send(), send(group), send()]
  const results = await campus.submit(ann, [before, refused, after])
  expect(results.map(({ status }) => status)).toEqual(['accepted', 'refused', 'accepted'])
  await campus.accept(ben, addMembers(group, ann))
  await campus.accept(ann, refused)
  expect(await listMessages(group)).toHaveLength(1)
})

test('a batch in which everything is refused writes nothing and publishes nothing', async () => {
  const group = await campus.group(ben)
  const before = await dump(campus.store)
  const { length } = campus.published
  await campus.submit(ann, [send(group), read(group, 1), createDirect(ann, ann)])
  expect(await dump(campus.store)).toEqual(before)
  expect(campus.published).toHaveLength(length)
})

test('a command that changes nothing is accepted at the head, and publishes nothing', async () => {
  await campus.accept(ann, send())
  await campus.accept(ann, read(EVERYONE_ID, Number.MAX_SAFE_INTEGER))
  const { length } = campus.published
  expect(await campus.accept(ann, read(EVERYONE_ID, 1))).toBe(await campus.head())
  expect(campus.published).toHaveLength(length)
})

test('an accepted answer names a position that covers all of its rows', async () => {
  const group = createGroup([ben])
  const seq = await campus.accept(ann, group)
  const rows = campus.published
    .flatMap((batch) => batch.rows)
    .filter(({ row }) => 'conversationId' in row && row.conversationId === group.conversationId)
  expect(Math.max(...rows.map(({ row }) => row.seq))).toBeLessThanOrEqual(seq)
  expect(seq).toBeLessThanOrEqual(await campus.head())
})

const throwing: [name: string, rules: (id: string) => typeof campusRules][] = [
  [
    'decides',
    (id) => ({
      ...campusRules,
      decide(batch, userId, command) {
        const refusal = campusRules.decide(batch, userId, command)
        if (command.id === id) throw new Error('a bug')
        return refusal
      },
    }),
  ],
  [
    'names its needs',
    (id) => ({
      ...campusRules,
      needs(needs, userId, command) {
        if (command.id === id) throw new Error('a bug')
        campusRules.needs(needs, userId, command)
      },
    }),
  ],
]
test.each(throwing)('a rule that throws while it %s fails only its own command', async (_, rules) => {
  const commands = [send(), send(), send()] as const
  const { submit, errors } = build({ rules: rules(commands[1].id) })
  const results = await submit(ann, commands)
  expect(results).toMatchObject([
    { status: 'accepted' },
    { status: 'refused', code: 'internal' },
    { status: 'accepted' },
  ])
  expect(results[1]).toMatchObject({ message: expect.stringContaining('error-1') as string })
  expect(errors).toHaveLength(1)
  const ids = (await listMessages()).map(({ id }) => id)
  expect(commands.map(({ id }) => ids.includes(id))).toEqual([true, false, true])
})

test('a listener of the bus that throws fails no command', async () => {
  const { submit, errors } = build({
    publish() {
      throw new Error('a bug in a listener')
    },
  })
  expect(await submit(ann, [send()])).toMatchObject([{ status: 'accepted' }])
  expect(await submit(ann, [send()])).toMatchObject([{ status: 'accepted' }])
  expect(errors).toHaveLength(2)
})

test('when the store is down everything that waits fails, and nothing later overtakes it', async () => {
  let isDown = true
  const entered: (() => void)[] = []
  const store = withWrite((pass) => async (work) => {
    await new Promise<void>((resolve) => entered.push(resolve))
    if (isDown) throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
    return pass(work)
  })
  const { submit, errors } = build({ store })
  const first = submit(ann, [send()])
  const waiting = [submit(ann, [send(), send()]), submit(ben, [send()])]
  entered.shift()?.()
  for (const answer of [first, ...waiting]) await expect(answer).rejects.toThrow(StoreUnavailable)
  expect(errors).toHaveLength(1)
  isDown = false
  const later = submit(ann, [send()])
  await vi.waitFor(() => expect(entered).toHaveLength(1))
  entered.shift()?.()
  expect(await later).toMatchObject([{ status: 'accepted' }])
})

test('what was rejected because an answer was lost is found done when it is sent again', async () => {
  let isLost = true
  const store = withWrite((pass) => async (work) => {
    const answer = await pass(work)
    if (isLost) throw Object.assign(new Error('lost after commit'), { code: 'PROTOCOL_CONNECTION_LOST' })
    return answer
  })
  const group = await campus.group(ann)
  const { submit } = build({ store })
  const command = send(group)
  await expect(submit(ann, [command])).rejects.toThrow(StoreUnavailable)
  isLost = false
  expect(await submit(ann, [command])).toMatchObject([{ status: 'accepted' }])
  expect(await listMessages(group)).toHaveLength(1)
})

const deadlock = () =>
  Object.assign(
    new Error('try again'),
    backend.kind === 'mysql' ? { code: 'ER_LOCK_DEADLOCK', errno: 1213 } : { code: 'SQLITE_BUSY', rawCode: 5 },
  )

test('a transaction that the store asks to repeat is repeated, and done once', async () => {
  let failures = 3
  const store = withWrite(
    (pass) => (work) =>
      pass(async (db) => {
        const answer = await work(db)
        if (failures-- > 0) throw deadlock()
        return answer
      }),
  )
  const group = await campus.group(ann)
  const { submit, errors } = build({ store })
  expect(await submit(ann, [send(group), send(group)])).toMatchObject([{ status: 'accepted' }, { status: 'accepted' }])
  expect((await listMessages(group)).map(({ n }) => n)).toEqual([1, 2])
  expect(errors).toEqual([])
})

test('a transaction that fails again and again is given up', async () => {
  let tries = 0
  const store = withWrite(() => async () => {
    tries += 1
    throw deadlock()
  })
  await expect(build({ store }).submit(ann, [send()])).rejects.toThrow(StoreUnavailable)
  expect(tries).toBe(5)
})

test('a lone command starts a transaction at once', async () => {
  let begun = 0
  const store = withWrite((pass) => (work) => {
    begun += 1
    return pass(work)
  })
  const answer = build({ store }).submit(ann, [send()])
  expect(begun).toBe(1)
  await answer
})

test('commands gather while a transaction is in flight, and the next one takes them all', async () => {
  let begun = 0
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => (open = resolve))
  const store = withWrite((pass) => async (work) => {
    begun += 1
    if (begun === 1) await gate
    return pass(work)
  })
  const { submit } = build({ store })
  const answers = Array.from({ length: 50 }, (_, index) => submit(index % 2 ? ann : ben, [send()]))
  expect(begun).toBe(1)
  open()
  await Promise.all(answers)
  expect(begun).toBe(2)
})

test('close resolves when all that was submitted is answered', async () => {
  const { submit, sequencer } = build({})
  let answered = 0
  for (let index = 0; index < 10; index += 1) void submit(ann, [send()]).then(() => (answered += 1))
  await sequencer.close()
  await Promise.resolve()
  expect(answered).toBe(10)
})

test('more than one transaction holds is taken in several, in order', async () => {
  const group = await campus.group(ann)
  const commands = Array.from({ length: 1_203 }, (_, index) => send(group, `${index}`))
  await campus.accept(ann, ...commands)
  expect((await listMessages(group)).map(({ text }) => Number(text))).toEqual(commands.map((_, index) => index))
})

test('the widest commands that there are fit into one statement', async () => {
  const people = Array.from({ length: 249 }, () => uuidv7())
  await campus.accept(ann, ...people.map((id) => registerUser(id, 'One of many')))
  const before = campus.published.length
  const groups = Array.from({ length: 40 }, () => createGroup(people))
  await campus.accept(ann, ...groups)
  expect(campus.published.length - before).toBeLessThan(5)
  expect(campus.errors).toEqual([])
})

test('the longest messages fit into a batch', async () => {
  const group = await campus.group(ann)
  await campus.accept(ann, ...Array.from({ length: 60 }, () => send(group, '漢'.repeat(10_000))))
  expect(await listMessages(group)).toHaveLength(60)
})
