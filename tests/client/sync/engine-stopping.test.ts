import { beforeEach, expect, test } from 'vitest'
import { CLOSE } from '../../../shared/protocol/errors.ts'
import { send } from '../data/example.ts'
import { createEngineDevice } from './engine-device.ts'
import { behind, page, unreachable, type Script } from './script.ts'

const device = createEngineDevice()
const { start, wake, beLive, bePolling, beOutdated } = device
let script: Script
beforeEach(() => {
  script = device.script
})

// What stopping leaves behind is looked at after each of these, as after all tests of the engine.
const states: [string, () => Promise<void>][] = [
  ['at the very beginning', async () => start()],
  [
    'while connecting',
    async () => {
      start()
      await script.take()
    },
  ],
  ['while live', beLive],
  [
    'while a command is unanswered',
    async () => {
      await beLive()
      await script.enqueue(send('one'))
      await script.take()
    },
  ],
  [
    'while catching up',
    async () => {
      await beLive()
      await script.down(behind)
    },
  ],
  [
    'between two sockets',
    async () => {
      await beLive()
      await script.drop()
    },
  ],
  [
    'while asking by request',
    async () => {
      start()
      await script.take()
      await script.drop()
    },
  ],
  ['while a poll is held', bePolling],
  [
    'while a socket is tried beside a poll',
    async () => {
      await bePolling()
      await script.pass(60_000)
    },
  ],
  [
    'after a poll failed',
    async () => {
      await bePolling()
      await script.answer(unreachable)
    },
  ],
  [
    'while signed out',
    async () => {
      await beLive()
      await script.drop(CLOSE.notSignedIn)
    },
  ],
  ['while outdated', beOutdated],
]
test.each(states)('stopped %s it is silent for good', async (_, get) => {
  await get()
  await script.take()
  const stopping = device.engine?.stop()
  await script.answer(page({ from: 10, to: 20, head: 500 })).catch(() => undefined)
  await stopping
  expect((await script.take()).filter((line) => line !== 'close')).toEqual([])
  expect(script.clock.waiting()).toBe(0)
  wake()
  device.engine?.wake()
  await script.enqueue(send('later'))
  await script.pass(120_000)
  expect(await script.take()).toEqual([])
})
