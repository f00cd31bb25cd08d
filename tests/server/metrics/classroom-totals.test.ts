import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { toFiveMinutes } from '../../../server/classroom/five-minutes.ts'
import { createClassroomTotals } from '../../../server/metrics/classroom-totals.ts'
import { readSamples } from './samples.ts'

const MINUTE = 60_000

function openTotals() {
  let now = toFiveMinutes(Date.UTC(2026, 11, 1, 12))
  const registry = new Registry()
  const totals = createClassroomTotals(registry, () => now, toFiveMinutes)
  return {
    totals,
    pass: (minutes: number) => (now += minutes * MINUTE),
    async read() {
      const samples = readSamples(await registry.metrics())
      return Object.fromEntries(
        samples.map(({ name, labels, value }) => [[name, ...Object.values(labels)].join(' '), value]),
      )
    },
  }
}

test('a question is in the totals from the next full five minutes on, and changes nothing before', async () => {
  const { totals, pass, read } = openTotals()
  const before = await read()
  pass(3)
  totals.onRequest()
  totals.onCommand('accepted')
  expect(await read()).toEqual(before)
  pass(1.9)
  expect(await read()).toEqual(before)
  pass(0.1)
  expect(await read()).toEqual({
    ...before,
    'chatbox_classroom_commands_total accepted': 1,
    chatbox_classroom_requests_total: 1,
  })
})

test('what happens after a full five minutes is not told with what was before, though nobody looked in between', async () => {
  const { totals, pass, read } = openTotals()
  totals.onCommand('accepted')
  pass(6)
  totals.onCommand('accepted')
  totals.onCommand('refused')
  expect(await read()).toMatchObject({
    'chatbox_classroom_commands_total accepted': 1,
    'chatbox_classroom_commands_total refused': 0,
  })
  pass(4)
  expect(await read()).toMatchObject({
    'chatbox_classroom_commands_total accepted': 2,
    'chatbox_classroom_commands_total refused': 1,
  })
})

test('sockets and errors are told as late', async () => {
  const { totals, pass, read } = openTotals()
  for (const change of [1, 1, -1] as const) totals.onSocket(change)
  totals.onError()
  expect(await read()).toMatchObject({ chatbox_classroom_sockets: 0, chatbox_classroom_errors_total: 0 })
  pass(5)
  expect(await read()).toMatchObject({ chatbox_classroom_sockets: 1, chatbox_classroom_errors_total: 1 })
})
