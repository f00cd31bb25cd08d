import { expect, test } from 'vitest'
import { leadInTurn } from '../../../client/sync/leader.ts'
import { createOwnLocks } from '../../../client/sync/own-locks.ts'
import { settle } from '../../sim/scheduler.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

/** Work that goes on until it is told to end. */
function createWork() {
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => (end = resolve))
  let begun = 0
  return {
    begun: () => begun,
    end: () => end(),
    run: () => {
      begun += 1
      return ended
    },
  }
}

test('one holder a name, and the next in turn', async () => {
  const locks = createOwnLocks()
  const [first, second, other] = [createWork(), createWork(), createWork()]
  const asked = [locks.request('a', first.run), locks.request('a', second.run), locks.request('b', other.run)]
  await settle()
  expect([first.begun(), second.begun(), other.begun()]).toEqual([1, 0, 1])
  first.end()
  await settle()
  expect(second.begun()).toBe(1)
  second.end()
  other.end()
  await Promise.all(asked)
})

test('whoever asks only if it is free hears that it is not, and then that it is', async () => {
  const locks = createOwnLocks()
  const holder = createWork()
  const asked = locks.request('a', holder.run)
  const isFree = () => locks.request('a', { ifAvailable: true }, (lock) => lock !== null)
  expect(await isFree()).toBe(false)
  holder.end()
  await asked
  expect(await isFree()).toBe(true)
})

test('work that fails lets go of it, and its error is told', async () => {
  const locks = createOwnLocks()
  const fail = () => Promise.reject(new Error('no luck'))
  await expect(locks.request('a', fail)).rejects.toThrow('no luck')
  expect(await locks.request('a', () => 'next')).toBe('next')
})

test('a page without the browser’s locks leads as the only tab, and lets go when it gives up', async () => {
  const story: string[] = []
  const clock = createFakeClock()
  const locks = createOwnLocks()
  const environment = {
    ...{ clock, locks, isVisible: () => true, onWake: () => () => undefined, onFreeze: () => () => undefined },
    openChannel: () => ({ post: () => undefined, close: () => undefined }),
  }
  const lead = (name: string) => () => {
    story.push(`${name} leads`)
    return () => story.push(`${name} stops`)
  }
  const fail = (error: unknown) => expect.unreachable(String(error))
  const giveUp = leadInTurn(environment, 'sync', lead('one'), fail)
  await settle()
  clock.advance(60_000)
  await settle()
  expect(story).toEqual(['one leads'])
  giveUp()
  await settle()
  const giveUpToo = leadInTurn(environment, 'sync', lead('two'), fail)
  await settle()
  expect(story).toEqual(['one leads', 'one stops', 'two leads'])
  giveUpToo()
  await settle()
  expect(clock.waiting()).toBe(0)
})
