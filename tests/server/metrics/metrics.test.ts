import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { send } from '../../support/campus.ts'
import { waitFor } from '../../support/wait-for.ts'
import { addStaff, ask, createReceipt, makeClassroom, say, sayAsStaff } from '../http/classroom-calls.ts'
import { type Measured, openDevice, startMeasured } from './running.ts'
import { readSamples, type Sample, valueOf } from './samples.ts'

let backend: Backend
let server: Measured
let ann: Awaited<ReturnType<Measured['join']>>
beforeAll(async () => {
  backend = await createBackend()
  server = await startMeasured(backend)
  ann = await server.join('ann')
})
afterAll(async () => {
  await server.stop()
  await backend.dispose()
})

test('an acknowledged message is counted and timed, with its batch, its transaction and its place in the log', async () => {
  const before = await server.scrape()
  await server.call('POST', '/api/commands', { cookie: ann.cookie, body: { commands: [send(), send(), send()] } })
  const after = await server.scrape()
  const grown = (name: string, labels = {}) =>
    (valueOf(after, name, labels) ?? 0) - (valueOf(before, name, labels) ?? 0)
  expect(grown('chatbox_commands_total', { command: 'message.send', outcome: 'accepted' })).toBe(3)
  expect(grown('chatbox_send_duration_seconds_count')).toBe(3)
  expect(grown('chatbox_send_duration_seconds_sum')).toBeGreaterThan(0)
  expect(grown('chatbox_group_commit_commands_sum')).toBe(3)
  expect(grown('chatbox_group_commit_duration_seconds_count')).toBe(1)
  expect(grown('chatbox_database_transaction_duration_seconds_count', { access: 'write' })).toBeGreaterThanOrEqual(1)
  expect(grown('chatbox_http_requests_total', { area: 'api', status: '2xx' })).toBe(1)
  expect(grown('chatbox_log_head')).toBeGreaterThanOrEqual(3)
  expect(valueOf(after, 'chatbox_log_position')).toBe(valueOf(after, 'chatbox_log_head'))
})

test('what an outbox is refused is counted by its code, over HTTP and over a socket', async () => {
  const refused = { ...send(randomUUID()), id: '00000000-0000-7000-8000-000000000001' }
  const count = async () =>
    valueOf(await server.scrape(), 'chatbox_outbox_refusals_total', { code: 'bad_request' }) ?? 0
  const before = await count()
  await server.call('POST', '/api/commands', { cookie: ann.cookie, body: { commands: [{ ...refused, text: 5 }] } })
  expect(await count()).toBe(before + 1)
  const socket = await openDevice(server.port, ann)
  socket.send(JSON.stringify({ type: 'command', command: { ...refused, text: 5 } }))
  await waitFor('the second refusal', async () => (await count()) === before + 2 || undefined)
  socket.close()
})

test('devices are counted while they are connected, with how they caught up and why we closed them', async () => {
  const open = async () => valueOf(await server.scrape(), 'chatbox_sockets')
  await waitFor('nobody to be connected', async () => (await open()) === 0 || undefined)
  const device = await openDevice(server.port, ann)
  expect(await open()).toBe(1)
  await waitFor('its resume', async () =>
    valueOf(await server.scrape(), 'chatbox_resumes_total', { outcome: 'behind' }),
  )
  device.send('not a frame')
  await once(device, 'close')
  expect(await open()).toBe(0)
  expect(valueOf(await server.scrape(), 'chatbox_socket_closes_total', { code: '4400' })).toBe(1)
})

test('pulls are counted by whether a device began with nothing, with their rows', async () => {
  await server.call('GET', '/api/pull?log=campus&cursor=0', { cookie: ann.cookie })
  await server.call('GET', '/api/pull?log=campus&cursor=1', { cookie: ann.cookie })
  const text = await server.scrape()
  expect(valueOf(text, 'chatbox_pull_pages_total', { kind: 'fresh' })).toBe(1)
  expect(valueOf(text, 'chatbox_pull_pages_total', { kind: 'since' })).toBe(1)
  expect(valueOf(text, 'chatbox_pull_rows_total')).toBeGreaterThan(0)
})

test('it says how it stands: ready, connected, and how late its event loop is', async () => {
  const text = await server.scrape()
  expect(valueOf(text, 'chatbox_ready')).toBe(1)
  expect(valueOf(text, 'chatbox_ready_part', { part: 'schema' })).toBe(1)
  expect(valueOf(text, 'chatbox_bus_connected')).toBe(1)
  expect(valueOf(text, 'chatbox_redis_connected')).toBe(inject('backend').kind === 'mysql' ? 1 : undefined)
  expect(valueOf(text, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0)
  expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(1e6)
})

test('every name follows the rules of Prometheus', async () => {
  const text = await server.scrape()
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }))
  const ours = types.filter(({ name }) => !/^(?:nodejs|process)_/.test(name))
  expect(ours.length).toBeGreaterThan(20)
  for (const { name, type } of ours) {
    expect(name).toMatch(/^chatbox_[a-z_]+$/)
    expect(name.endsWith('_total')).toBe(type === 'counter')
    expect(name).not.toMatch(/milli|_ms\b|minutes|kilo/)
  }
})

/** Every label that there is; another one is a decision. */
const LABELS = ['access', 'area', 'code', 'command', 'kind', 'outcome', 'part', 'status', 'version']
/** Those of every Node process. */
const OF_NODE = ['le', 'major', 'minor', 'patch', 'space', 'type']

const key = ({ name, labels }: Sample) => `${name} ${JSON.stringify(labels)}`
const ofClassrooms = ({ name }: Sample) => name.startsWith('chatbox_classroom_')
/** What moves by itself. */
const ofProcess = ({ name }: Sample) => /^(?:nodejs|process)_/.test(name)

test('what happens in a classroom changes totals of classrooms and nothing else, and none of it names anything', async () => {
  const ben = await server.join('ben')
  const { id, code } = await makeClassroom(server, ann.cookie)
  const before = readSamples(await server.scrape())
  const receipt = createReceipt()
  const asked = ask('Is zero a natural number?', receipt.receiptHash)
  expect((await say(server, id, asked)).status).toBe(200)
  const vote = {
    type: 'vote.cast',
    id: randomUUID(),
    questionId: asked.id,
    receiptHash: createReceipt().receiptHash,
  } as const
  expect((await say(server, id, vote)).status).toBe(200)
  await server.call('POST', '/q/api/find', { body: { code } })
  await server.call('GET', `/q/${id}`)
  expect((await sayAsStaff(server, id, ann.cookie, addStaff(ben.userId))).status).toBe(200)
  await server.call('GET', `/api/classrooms/${id}/pull?lineage=&cursor=0`, { cookie: ben.cookie })
  const text = await server.scrape()
  const now = new Map(readSamples(text).map((sample) => [key(sample), sample]))
  expect(before.map(key).filter((name) => !now.has(name))).toEqual([])
  const known = new Map(before.map((sample) => [key(sample), sample.value]))
  const changed = [...now.values()].filter((sample) => known.get(key(sample)) !== sample.value && !ofProcess(sample))
  // The scrape before counts itself.
  expect(changed.filter((sample) => !ofClassrooms(sample)).map(key)).toEqual([
    key({ name: 'chatbox_http_requests_total', labels: { area: 'app', status: '2xx' }, value: 0 }),
  ])
  for (const secret of [
    id,
    code,
    'zero',
    asked.id,
    receipt.receipt,
    receipt.receiptHash,
    ann.userId,
    'ann',
    EVERYONE_ID,
  ]) {
    expect(text).not.toContain(secret)
  }
})

test('no label says who, where or when: each is one of a few words', async () => {
  await server.call('GET', `/api/${randomUUID()}`, { cookie: ann.cookie })
  const text = await server.scrape()
  const labels = new Map<string, Set<string>>()
  for (const { labels: pairs } of readSamples(text)) {
    for (const [label, value] of Object.entries(pairs)) labels.set(label, (labels.get(label) ?? new Set()).add(value))
  }
  const own = [...labels].filter(([label]) => !OF_NODE.includes(label))
  expect(own.map(([label]) => label).toSorted()).toEqual(LABELS)
  for (const [label, values] of own) {
    for (const value of values)
      if (label !== 'version') expect(value).toMatch(/^[a-z]+(?:[._][a-z]+)*$|^\d{4}$|^[2-5]xx$/)
  }
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|\b\d{1,3}(?:\.\d{1,3}){3}\b|::1/)
})
