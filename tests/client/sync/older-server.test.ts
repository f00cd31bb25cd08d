import { beforeEach, expect, test } from 'vitest'
import { PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../../shared/protocol/version.ts'
import { message } from '../data/example.ts'
import { createEngineDevice } from './engine-device.ts'
import { behind, endedBefore, live, page, ping, rows, welcome, type Script } from './script.ts'

// A server of a version before: while processes are updated one after another, a device meets some of them.

const device = createEngineDevice()
let script: Script
beforeEach(() => {
  script = device.script
})

test('that does not understand the newest hello is greeted in its own way at once, and nobody is outdated', async () => {
  device.start()
  await script.take()
  await device.meetOlder()
  await script.down(welcome(), live)
  const said = await script.take()
  expect(said).toEqual(['hello l1 10', 'close', 'open', 'hello l1 10', '[live]'])
  expect(script.versions()).toEqual([PROTOCOL_VERSION, PROTOCOL_VERSION - 1])
})

test('tells rows without a lineage, and they are applied', async () => {
  device.start()
  await script.take()
  await device.meetOlder()
  const greeting = { type: 'welcome', protocol: PROTOCOL_VERSION_MIN, epoch: 'e1', heartbeatMs: 25_000 }
  const told = { type: 'rows', log: 'campus', from: 10, to: 11, rows: [message(1, { seq: 11 })] }
  await script.down(JSON.stringify(greeting), live, JSON.stringify(told))
  expect([...script.disk.messages.rows.keys()]).toEqual([message(1).id])
  expect(script.disk.position).toMatchObject({ lineage: '', cursor: 11 })
})

test('is told its own lineage again, so that it does not call this device behind for ever', async () => {
  device.start()
  await script.take()
  await device.meetOlder()
  await script.down(welcome(), behind)
  await script.answer(page({ from: 10, to: 12, isOlder: true }))
  await script.down(live, rows(12, 13))
  expect(await script.take()).toEqual([
    ...['hello l1 10', 'close', 'open', 'hello l1 10', 'pull l1 10', 'resume l1 12', '[live]'],
  ])
  expect(script.disk.position).toMatchObject({ lineage: 'l1', cursor: 13, older: { lineage: 'l1', cursor: 10 } })
})

test('is spoken to on one socket: the next one tries the newest version again, as does this one after ten minutes', async () => {
  device.start()
  await script.take()
  await device.meetOlder()
  await script.down(welcome(), live)
  await script.drop()
  await script.pass(250)
  await device.meetOlder()
  await script.down(welcome(), live)
  await script.take()
  for (let beat = 0; beat < 30; beat += 1) {
    await script.down(ping(null, null))
    await script.pass(20_000)
  }
  await script.pass(250)
  expect((await script.take()).slice(-3)).toEqual(['close', '[connecting]', 'open'])
  await script.accept()
  await script.down(welcome(), live)
  const [newest, before] = [PROTOCOL_VERSION, PROTOCOL_VERSION - 1]
  expect(script.versions()).toEqual([newest, before, newest, before, newest])
})

test('leaves out rows of newer kinds: all that it told is pulled once more from one of the newest version', async () => {
  device.start()
  await script.take()
  await device.meetOlder()
  // One that was updated, and speaks the version before because it was asked to, has lineages all the same.
  const told = { type: 'rows', log: 'campus', lineage: 'l1', from: 10, to: 12, rows: [message(1, { seq: 12 })] }
  await script.down(welcome(), live, JSON.stringify(told))
  await script.drop()
  await script.pass(250)
  await script.accept()
  await script.down(welcome(), live)
  expect((await script.take()).at(-1)).toMatch(/^pull .*12/)
  await script.answer(page({ from: 12, to: 12 }))
  expect((await script.take()).at(-1)).toMatch(/^pull l1 10/)
  await script.answer(page({ from: 10, to: 12, rows: [message(2, { seq: 11, n: 2 }), message(1, { seq: 12 })] }))
  expect(script.disk.messages.rows.size).toBe(2)
  expect(script.disk.position).toEqual({
    ...{ lineage: 'l1', cursor: 12, next: null, path: [{ id: 'l1', start: 0 }], restoring: false, behind: false },
  })
})

test('that says a log was put back is believed', async () => {
  device.start()
  await script.take()
  await device.meetOlder()
  await script.down(welcome(), behind)
  await script.answer(endedBefore('epoch_changed', 5))
  await script.answer(page({ lineage: { id: '', start: 0 }, from: 0, to: 5 }))
  await script.down(live)
  expect((await script.take()).slice(-4)).toEqual(['pull l1 10', 'pull - 0', 'resume - 5', '[live]'])
  expect(script.errors).toEqual([])
})
