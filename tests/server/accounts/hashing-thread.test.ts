import { readdirSync, readFileSync } from 'node:fs'
import { constants, getPriority } from 'node:os'
import { expect, test } from 'vitest'
import { createHashingThread } from '../../../server/accounts/hashing-thread.ts'

const LEAST_COST = 4

test('each call is answered with its own, however many come at once', async () => {
  const thread = createHashingThread()
  const passwords = Array.from({ length: 20 }, (_, index) => `password ${index}`)
  const hashes = await Promise.all(passwords.map((password) => thread.hash(password, LEAST_COST)))
  const right = await Promise.all(passwords.map((password, index) => thread.compare(password, hashes[index] ?? '')))
  const wrong = await Promise.all(passwords.map((password) => thread.compare(password, hashes[0] ?? '')))
  expect(right).toEqual(passwords.map(() => true))
  expect(wrong).toEqual(passwords.map((_, index) => index === 0))
})
test('a call that fails says so, and those behind it are answered', async () => {
  const thread = createHashingThread()
  const failing = thread.compare('password', undefined as never)
  const hash = thread.hash('password', LEAST_COST)
  await expect(failing).rejects.toThrow()
  expect(await thread.compare('password', await hash)).toBe(true)
})

/** How nice each thread of this process is, as Linux tells it (proc_pid_stat(5), field 19). */
function listNiceness(): number[] {
  return readdirSync('/proc/self/task').map((thread) => {
    const [, fields = ''] = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')
    return Number(fields.split(' ')[16])
  })
}
test.runIf(process.platform === 'linux')(
  'the thread gives way to all others, and they keep what they had',
  async () => {
    const before = getPriority()
    await createHashingThread().hash('password', LEAST_COST)
    expect(getPriority()).toBe(before)
    expect(listNiceness()).toContain(constants.priority.PRIORITY_LOW)
  },
)
