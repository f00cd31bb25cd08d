import { expect, test } from 'vitest'
import { CLASSROOM_CONTRACTS } from '../../../client/sync/classroom/contract.ts'
import { NOWHERE } from '../../../client/sync/log/position.ts'
import type { SocketContract } from '../../../client/sync/log/socket-contract.ts'
import type { Classroom } from '../../../client/sync/classroom/tables.ts'
import { CLASSROOM_VERSION, CLASSROOM_VERSION_MIN } from '../../../shared/classroom/version.ts'

const [createNewest, createOfTwo, createOfOne] = CLASSROOM_CONTRACTS
if (createOfTwo === undefined || createOfOne === undefined) throw new Error('the versions before are not spoken')
const position = { ...NOWHERE, lineage: 'l1', cursor: 10 }

/** What a frame of the server's comes to, without the count of devices. */
function hear(contract: SocketContract<Classroom>, frame: object): string[] {
  const frames = contract.parse(JSON.stringify(frame)) ?? [{ type: 'no frame' }]
  return frames.map(({ type }) => type).filter((type) => type !== 'extra')
}

const welcome = (protocol: number) => ({ type: 'welcome', protocol, epoch: 'e1', head: 10, heartbeatMs: 1, devices: 3 })
const ping = (head: number) => ({ type: 'ping', head, devices: 3 })
const rows = (from: number, to: number) => ({ type: 'rows', from, to, rows: [] })

test('all versions are spoken, the newest first', () => {
  expect(CLASSROOM_CONTRACTS.map((create) => create().version)).toEqual([CLASSROOM_VERSION, 2, CLASSROOM_VERSION_MIN])
})

test('what a server of version 2 says is marked, for it leaves out photos and files', () => {
  const frame = JSON.stringify({ ...rows(10, 12), lineage: 'l1' })
  const said = { type: 'rows', lineage: { id: 'l1', start: 10 }, from: 10, to: 12, rows: [] }
  expect(createNewest().parse(frame)).toEqual([said])
  expect(createOfTwo().parse(frame)).toEqual([{ ...said, isOlder: true }])
  expect(createOfTwo().hello(position)).toMatchObject({ protocol: 2, lineage: 'l1' })
})

test('the newest says where it is, and in which lineage; pings move it', () => {
  const contract = createNewest()
  expect(contract.hello(position)).toMatchObject({ protocol: CLASSROOM_VERSION, lineage: 'l1', cursor: 10 })
  expect(hear(contract, welcome(CLASSROOM_VERSION))).toEqual(['welcome'])
  expect(hear(contract, { type: 'live' })).toEqual(['live'])
  expect(hear(contract, { ...ping(12), lineage: 'l1', from: 10, to: 12 })).toEqual(['ping', 'rows'])
  expect(hear(contract, ping(12))).toEqual(['ping'])
})

test('with version 1, which never says that all is here, one pulls first, and again when a ping is ahead', () => {
  const contract = createOfOne()
  expect(contract.saysLive).toBe(false)
  expect(contract.probe()).toBeUndefined()
  expect(contract.hello(position)).toMatchObject({ protocol: 1, cursor: 10 })
  expect(hear(contract, welcome(1))).toEqual(['welcome', 'behind'])
  // Until then it is behind already.
  expect(hear(contract, ping(12))).toEqual(['ping'])
  contract.resume({ ...position, cursor: 12 })
  expect(hear(contract, ping(12))).toEqual(['ping'])
  expect(hear(contract, rows(12, 14))).toEqual(['rows'])
  expect(hear(contract, ping(14))).toEqual(['ping'])
  expect(hear(contract, ping(15))).toEqual(['ping', 'behind'])
  expect(hear(contract, { type: 'behind' })).toEqual([])
})

test.each([createNewest, createOfTwo, createOfOne])(
  'commands do not go over the socket, which would join two of them',
  (create) => {
    const entry = {
      ...{ position: 1, id: 'a', subject: 'a', token: null },
      command: { type: 'question.ask', id: 'a', text: 'Why?', name: null, receiptHash: 'h' } as const,
      state: { kind: 'waiting', departure: { kind: 'now' }, sent: false } as const,
    }
    expect(create().command(entry)).toBeUndefined()
  },
)
