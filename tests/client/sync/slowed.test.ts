import { beforeEach, describe, expect, test } from 'vitest'
import type { CommandResult } from '../../../shared/protocol/results.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import { commandId, exampleId, group, react, send } from '../data/example.ts'
import { createEngineDevice } from './engine-device.ts'
import { accepted, page, result, type Script } from './script.ts'

/* What the server slowed down waits for as long as it says, goes on by itself, and keeps its place. */

const device = createEngineDevice()
let script: Script
beforeEach(() => {
  script = device.script
})

const slowed = (id: string, retryAfterMs: number): CommandResult => ({
  ...{ status: 'refused', id, ...refusal('slow_down'), retryAfterMs },
})
const other = exampleId(101)

describe('over a socket', () => {
  beforeEach(async () => {
    await device.beLive()
    await script.take()
  })

  test('what was slowed down goes when its time has come, in order, and nothing is asked before', async () => {
    const [one, two, three] = [send('one'), send('two'), send('three')]
    await script.enqueue(one, two, three)
    expect(await script.take()).toEqual(['command one', 'command two', 'command three'])
    await script.down(result(accepted(one.id, 11)), result(slowed(two.id, 2_000)), result(slowed(three.id, 4_000)))
    await script.pass(1_999)
    expect(await script.take()).toEqual([])
    expect(script.outbox()).toEqual(['one: accepted', 'two: waiting', 'three: waiting'])
    await script.pass(1)
    expect(await script.take()).toEqual(['command two'])
    await script.down(result(accepted(two.id, 12)))
    await script.pass(2_000)
    expect(await script.take()).toEqual(['command three'])
  })

  test('what is written meanwhile in that conversation waits behind it; elsewhere, reactions and reads go', async () => {
    const one = send('one')
    await script.enqueue(one)
    await script.down(result(slowed(one.id, 2_000)))
    await script.take()
    await script.enqueue(send('two'), send('elsewhere', other), react(exampleId(9), '👍'))
    await script.enqueue({ type: 'read', id: commandId(), conversationId: group, n: 3 })
    expect(await script.take()).toEqual(['command elsewhere', 'command reaction.set', 'command read'])
    await script.enqueue({ type: 'member.leave', id: commandId(), conversationId: group })
    expect(await script.take()).toEqual([])
    await script.pass(2_000)
    expect(await script.take()).toEqual(['command one', 'command two', 'command member.leave'])
  })

  test('slowed down once more it waits once more, and is never refused for good', async () => {
    const one = send('one')
    await script.enqueue(one)
    await script.take()
    for (const ms of [1_000, 3_000, 2_000]) {
      await script.down(result(slowed(one.id, ms)))
      await script.pass(ms - 1)
      expect(await script.take()).toEqual([])
      await script.pass(1)
      expect(await script.take()).toEqual(['command one'])
    }
    expect(script.outbox()).toEqual(['one: waiting'])
  })

  test('where the server does not say how long, it is a minute', async () => {
    const one = send('one')
    await script.enqueue(one)
    await script.down(result({ status: 'refused', id: one.id, ...refusal('slow_down') }))
    const [entry] = [...script.disk.outbox.rows.values()]
    const now = script.clock.now()
    expect(entry?.state).toEqual({ kind: 'waiting', hold: { from: now, until: now + 60_000, slowed: true } })
  })
})

test('over HTTP it goes by itself as well', async () => {
  await device.bePolling()
  const one = send('one')
  await script.enqueue(one, send('elsewhere', other))
  expect(await script.take()).toEqual(['post l1 10 one, elsewhere'])
  // The long poll was asked before.
  await script.answer(page({ from: 10, to: 10 }))
  const [, entry] = [...script.disk.outbox.rows.values()]
  await script.answer({ kind: 'ok', value: [slowed(one.id, 2_000), accepted(entry?.id ?? '', 11)] })
  await script.take()
  await script.pass(1_999)
  expect((await script.take()).filter((said) => said.startsWith('post'))).toEqual([])
  await script.pass(1)
  expect((await script.take()).filter((said) => said.startsWith('post'))).toEqual(['post l1 10 one'])
})
