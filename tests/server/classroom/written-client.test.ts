import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Field, isOfForm, listSamples, listStrangers, readFields, type Sample } from '../../support/field-table.ts'
import { names, readReadme } from '../../support/readme.ts'
import { waitFor } from '../../support/wait-for.ts'
import { type ApiServer, createApiServer } from '../http/api-server.ts'
import { exampleFile, uploadCalls } from '../files/upload-calls.ts'
import { ask, createReceipt, makeClassroom, say } from '../http/classroom-calls.ts'

/*
 * A client of staff, written by somebody who has nothing but the tables of shared/classroom/README.md: no schema of the
 * code is read here. It sends every command with every value that the tables tell, and what they say is none.
 */

const readme = readReadme(join(import.meta.dirname, '../../../shared/classroom/README.md'))
const commands = readFields(readme, '### Fields of what staff say')
const rows = readFields(readme, '### Fields of rows')
const CREATE = 'POST /api/classrooms'
/** Rows for staff alone, as the table of rows says. */
const forStaff = readme
  .table('## Rows')
  .flatMap(([type, , meaning = '']) => (/^For staff/.test(meaning) ? names(type) : []))

let backend: Backend
let server: ApiServer
let now = Date.now()
let teacher: Awaited<ReturnType<ApiServer['join']>>
let helper: typeof teacher
let group: string
beforeAll(async () => {
  backend = await createBackend()
  // The limits on what students ask are not what is looked at.
  server = await createApiServer(backend.store, { limitsNow: () => (now += 60_000) })
  ;[teacher, helper] = [await server.join('teacher'), await server.join('helper')]
  group = await server.campus.group(teacher.userId)
})
afterAll(async () => {
  sockets.forEach((socket) => socket.terminate())
  await server.close()
  await backend.dispose()
  expect(server.errors).toEqual([])
})

type Command = Record<string, unknown> & { type: string; id: string }
type Row = Record<string, unknown> & { type: string; seq: number }
interface Frame {
  type: string
  to?: number
  rows?: Row[]
}
const sockets: WebSocket[] = []

/** What is there for a command to name, new for each that changes it. */
async function openRoom() {
  const { id } = await makeClassroom(server, teacher.cookie, { names: true, answers: 'everyone' })
  const calls = uploadCalls(server, teacher.cookie)
  const results = async (sent: readonly object[]) => {
    const body = { commands: sent }
    const { status, body: answered } = await server.call('POST', `/api/classrooms/${id}/commands`, {
      cookie: teacher.cookie,
      body,
    })
    expect(status).toBe(200)
    return (answered as { results: { status: string; id: string; code?: string; seq?: number }[] }).results
  }
  const question = async () => {
    const asked = ask()
    await say(server, id, asked)
    return asked.id
  }
  const made = async (command: Command) => {
    expect(await results([command])).toMatchObject([{ status: 'accepted', id: command.id }])
    return command.id
  }
  const there: Record<string, () => Promise<string>> = {
    question,
    'another question': question,
    reply: async () => made({ type: 'reply.answer', id: uuidv7(), questionId: await question(), text: 'Because.' }),
    file: async () => {
      const file = exampleFile('A sheet')
      await calls.upload(file)
      return file.id
    },
    poll: () =>
      made({
        ...{ type: 'poll.create', id: uuidv7(), kind: 'one', question: 'So?' },
        options: ['a', 'b'],
        results: 'live',
      }),
    somebody: async () => {
      await made({ type: 'staff.add', id: uuidv7(), userId: helper.userId })
      return helper.userId
    },
  }
  /** One of each, for one command. */
  const findIds = async (fields: readonly Field[]) => {
    const ids = new Map<string, string>()
    const named = fields.flatMap(({ form }) => (form.kind === 'id' ? [form.of] : form.kind === 'files' ? ['file'] : []))
    for (const of of named) ids.set(of, (await there[of]?.()) ?? '')
    return (of: string) => ids.get(of) ?? ''
  }
  const pull = async (as: 'staff' | 'everybody', cursor = 0) => {
    const path = as === 'staff' ? `/api/classrooms/${id}/pull` : `/q/api/${id}/pull`
    const { body } = await server.call(
      'GET',
      `${path}?cursor=${cursor}`,
      as === 'staff' ? { cookie: teacher.cookie } : {},
    )
    return body as { to: number; head: number; lineage: { id: string }; rows: Row[] }
  }
  /** A socket of staff that is live, by the tables of frames. */
  const follow = async () => {
    const { head: cursor, lineage } = await pull('staff')
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/classrooms/${id}/socket`, {
      headers: { cookie: teacher.cookie },
    })
    sockets.push(socket)
    const frames: Frame[] = []
    socket.on('message', (content: Buffer) => frames.push(JSON.parse(content.toString()) as Frame))
    socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', protocol: 3, lineage: lineage.id, cursor })))
    await waitFor('live', () => frames.find(({ type }) => type === 'live'))
    const batches = () => frames.filter(({ type }) => type === 'rows')
    return {
      from: cursor,
      rows: () => batches().flatMap(({ rows: of = [] }) => of),
      cursor: () => batches().at(-1)?.to ?? cursor,
    }
  }
  return { id, results, findIds, pull, follow }
}
type Room = Awaited<ReturnType<typeof openRoom>>

/** A command with what it needs and these fields, each the plainest of its form. */
function build(
  type: string,
  fields: readonly Field[],
  ids: (of: string) => string,
  given: Record<string, Sample> = {},
) {
  const needed = new Set(Object.values(given).flatMap(({ needs }) => needs))
  const parts = fields
    .filter(({ name, mayBeLeftOut }) => !mayBeLeftOut || needed.has(name))
    .map(({ name, form }): [string, unknown] => {
      const [plainest] = listSamples(form, ids)
      return [name, plainest?.value]
    })
  const values = Object.entries(given).map(([name, { value }]) => [name, value])
  return { type, id: uuidv7(), ...Object.fromEntries([...parts, ...values]) } as Command
}

/** What a table says that a command may be, each with a name. */
async function listAllowed(room: Room, type: string, fields: readonly Field[]): Promise<[string, Command][]> {
  const allowed: [string, Command][] = [[`${type} with what it needs`, build(type, fields, await room.findIds(fields))]]
  for (const { name, form } of fields) {
    const count = listSamples(form, () => '').length
    for (let at = 0; at < count; at += 1) {
      // What one command changed is not what the next one asks of.
      const ids = await room.findIds(fields)
      const sample = listSamples(form, ids)[at]
      if (sample !== undefined)
        allowed.push([
          `${type} with ${name} ${JSON.stringify(sample.value).slice(0, 40)}`,
          build(type, fields, ids, { [name]: sample }),
        ])
    }
  }
  return allowed
}

async function listForbidden(room: Room, type: string, fields: readonly Field[]): Promise<[string, Command][]> {
  const ids = await room.findIds(fields)
  const plain = () => build(type, fields, ids)
  return fields.flatMap((field): [string, Command][] => {
    const { [field.name]: _, ...without } = plain()
    const strangers = listStrangers(field.form).map(([what, value]): [string, Command] => [
      `${type}.${field.name}: ${what}`,
      { ...plain(), [field.name]: value },
    ])
    const missing = { ...without, type, id: uuidv7() } as Command
    return field.mayBeLeftOut ? strangers : [...strangers, [`${type} without ${field.name}`, missing]]
  })
}

const types = [...commands.keys()].filter((type) => type !== CREATE)

test('the tables tell of every command of staff, and of every row', () => {
  expect(types).toEqual(readme.table('## What staff do').flatMap(([type]) => names(type)))
  expect([...rows.keys()]).toEqual(readme.table('## Rows').flatMap(([type]) => names(type)))
})

test.each(types)('%s is taken with every value that the tables tell, and its rows are as they tell', async (type) => {
  const room = await openRoom()
  const allowed = await listAllowed(room, type, commands.get(type) ?? [])
  // Anonymity is made stricter only: the page says so beside the command.
  const isFree = ([, command]: [string, Command]) => command.names !== true
  const sent = [...allowed.filter((one) => !isFree(one)), ...allowed.filter(isFree)]
  const before = (await room.pull('staff')).head
  const results = await room.results(sent.map(([, command]) => command))
  expect(results.map(({ status, code }, at) => `${sent[at]?.[0] ?? ''}: ${code ?? status}`)).toEqual(
    sent.map(([what]) => `${what}: accepted`),
  )
  expect(results.map(({ id }) => id)).toEqual(sent.map(([, { id }]) => id))
  // All that they changed is here once the cursor has reached the last result.
  const page = await room.pull('staff', before)
  expect(page.to).toBeGreaterThanOrEqual(Math.max(...results.map(({ seq }) => seq ?? 0)))
  await expectRowsAsTold(room)
})

test.each(types)('%s is refused with what the tables do not tell, and changes nothing', async (type) => {
  const room = await openRoom()
  const forbidden = await listForbidden(room, type, commands.get(type) ?? [])
  const { head } = await room.pull('staff')
  const results = await room.results(forbidden.map(([, command]) => command))
  expect(results.map(({ code, status }, at) => `${forbidden[at]?.[0] ?? ''}: ${code ?? status}`)).toEqual(
    forbidden.map(([what]) => `${what}: bad_request`),
  )
  expect((await room.pull('staff')).head).toBe(head)
})

test('a classroom is made with every value that the tables tell, and with no other', async () => {
  const fields = commands.get(CREATE) ?? []
  const ids = () => group
  const make = async ({ type: _, id: __, ...body }: Command) => {
    const answer = await server.call('POST', '/api/classrooms', { cookie: teacher.cookie, body })
    return answer.status === 200 ? 'made' : (answer.body as { error: { code: string } }).error.code
  }
  // Keys for a group take a while: those of one are enough.
  const ofNoGroup = { groupId: { value: null, needs: [] } }
  for (const { name, form, mayBeLeftOut } of fields) {
    for (const sample of listSamples(form, ids))
      expect(
        await make(build(CREATE, fields, ids, { ...ofNoGroup, [name]: sample })),
        `${name} ${String(sample.value)}`,
      ).toBe('made')
    for (const [what, value] of listStrangers(form))
      expect(await make({ ...build(CREATE, fields, ids, ofNoGroup), [name]: value }), `${name}: ${what}`).toBe(
        'bad_request',
      )
    const { [name]: _, ...without } = build(CREATE, fields, ids, ofNoGroup)
    if (!mayBeLeftOut) expect(await make(without as Command), `without ${name}`).toBe('bad_request')
  }
})

/** No row that comes has a field or a value that the tables do not tell, and none of theirs is missing. */
async function expectRowsAsTold(room: Room): Promise<void> {
  for (const audience of ['staff', 'everybody'] as const) {
    const { rows: found, to, head } = await room.pull(audience)
    expect(to).toBe(head)
    for (const { type, ...row } of found) {
      const fields = rows.get(type) ?? []
      const told = fields.filter(({ name, mayBeLeftOut }) => !mayBeLeftOut || name in row)
      expect(Object.keys(row).sort(), type).toEqual(told.map(({ name }) => name).sort())
      for (const { name, form } of told)
        expect(isOfForm(form, row[name]), `${type}.${name}: ${JSON.stringify(row[name])}`).toBe(true)
    }
    if (audience === 'everybody') expect(found.filter(({ type }) => forStaff.includes(type))).toEqual([])
  }
}

test('what students and staff made together is told row by row, each value of a state among them', async () => {
  const room = await openRoom()
  const seen = new Set<string>()
  const live = await room.follow()
  const receipts = Array.from({ length: 6 }, createReceipt)
  const asked = receipts.map(({ receiptHash }) => ({ ...ask('Why?', receiptHash), name: 'Ada' }))
  for (const command of asked) await say(server, room.id, command)
  const [shown, held, rephrase, dismissed, merged, withdrawn] = asked.map(({ id }) => id)
  const judge = (questionId: unknown, state: string) => ({
    ...{ type: 'question.judge', id: uuidv7(), questionId, state },
    ...(state === 'dismissed' && { reason: 'other' }),
  })
  await room.results([judge(held, 'held'), judge(rephrase, 'rephrase'), judge(dismissed, 'dismissed')])
  await room.results([{ type: 'question.merge', id: uuidv7(), questionId: merged, into: shown }])
  const { receipt = '' } = receipts[5] ?? {}
  await say(server, room.id, { type: 'question.withdraw', id: randomUUID(), questionId: withdrawn ?? '', receipt })
  const { receipt: own = '' } = receipts[0] ?? {}
  await say(server, room.id, {
    type: 'reply.follow-up',
    id: randomUUID(),
    questionId: shown ?? '',
    receipt: own,
    text: 'And?',
  })
  const { receiptHash } = createReceipt()
  await say(server, room.id, {
    type: 'reply.post',
    id: randomUUID(),
    questionId: shown ?? '',
    receiptHash,
    text: 'So.',
  })
  const answered = uuidv7()
  const [result] = await room.results([{ type: 'reply.answer', id: answered, questionId: shown, text: 'Because.' }])
  // The result is here; its rows come before it or after it, and are the same as those of a pull.
  const told = await waitFor('its rows', () => (live.cursor() >= (result?.seq ?? 0) ? live.rows() : undefined))
  const latest = new Map(told.map((row) => [`${row.type}/${String(row.id)}`, row]))
  const pulled = (await room.pull('staff', live.from)).rows
  expect([...latest.values()].sort((one, other) => one.seq - other.seq)).toEqual(pulled)
  await expectRowsAsTold(room)
  for (const row of (await room.pull('staff')).rows)
    for (const name of ['state', 'by', 'role']) if (typeof row[name] === 'string') seen.add(`${row.type} ${row[name]}`)
  const states = rows.get('question')?.find(({ name }) => name === 'state')?.form
  if (states?.kind !== 'values') throw new Error('a state has values')
  for (const { value } of states.values) expect([...seen]).toContain(`question ${value}`)
  for (const by of ['staff', 'asker', 'someone']) expect([...seen]).toContain(`reply ${by}`)
})
