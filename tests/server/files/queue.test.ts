import { expect, test } from 'vitest'
import { createQueue } from '../../../server/files/queue.ts'

/** Work that ends when it is told to, and says when it began. */
function openWork(queue: ReturnType<typeof createQueue>) {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  return {
    begun,
    add: (name: string, whose?: string) =>
      queue.run(async () => {
        begun.push(name)
        await new Promise<void>((resolve) => ends.set(name, resolve))
      }, whose),
    async end(name: string): Promise<void> {
      ends.get(name)?.()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

test('so much runs at once, the rest in its order', async () => {
  const { begun, add, end } = openWork(createQueue(2))
  const all = ['a', 'b', 'c', 'd'].map((name) => add(name))
  expect(begun).toEqual(['a', 'b'])
  await end('b')
  expect(begun).toEqual(['a', 'b', 'c'])
  for (const name of ['a', 'c', 'd']) await end(name)
  await Promise.all(all)
})

test('who has much waiting keeps nobody else waiting for all of it', async () => {
  const { begun, add, end } = openWork(createQueue(1))
  const all = ['a1', 'a2', 'a3', 'a4'].map((name) => add(name, 'a'))
  all.push(add('b1', 'b'), add('b2', 'b'), add('c1', 'c'))
  for (const name of ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']) await end(name)
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
  await Promise.all(all)
})

test('work that fails makes way for the next', async () => {
  const queue = createQueue(1)
  const failing = queue.run(() => Promise.reject(new Error('it failed')))
  const next = queue.run(async () => 'done')
  await expect(failing).rejects.toThrow('it failed')
  expect(await next).toBe('done')
})
