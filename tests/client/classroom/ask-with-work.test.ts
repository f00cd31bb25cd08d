import { expect, test } from 'vitest'
import type { ClassroomAnswer } from '../../../client/sync/classroom/api.ts'
import { askWithWork } from '../../../client/sync/classroom/ask-with-work.ts'
import { refuse } from '../../../shared/classroom/errors.ts'

const NEEDED: ClassroomAnswer<string> = { kind: 'refused', error: { ...refuse('work_needed'), challenge: 'a sum' } }
const DONE: ClassroomAnswer<string> = { kind: 'ok', value: 'done' }

/** Asks a server that wants work so many times, on a device that has the code for it or comes to nothing. */
async function askFor(times: number, { loads = true, solves = true, isOver = false } = {}) {
  const asked: (string | undefined)[] = []
  const answer = await askWithWork(
    (work) => Promise.resolve(asked.push(work) > times ? DONE : NEEDED),
    () => isOver,
    () =>
      loads
        ? Promise.resolve({ solveWork: (sum) => Promise.resolve(solves ? `${String(sum)}, solved` : undefined) })
        : Promise.reject(new TypeError('Failed to fetch dynamically imported module')),
  )
  return { asked, answer }
}

test('a sum is done as often as the server wants one, within reason', async () => {
  expect(await askFor(0)).toEqual({ asked: [undefined], answer: DONE })
  expect(await askFor(2)).toEqual({ asked: [undefined, 'a sum, solved', 'a sum, solved'], answer: DONE })
  const { asked, answer } = await askFor(Infinity)
  expect([asked.length, answer]).toEqual([4, NEEDED])
})

test('nobody is reached where the network goes away before the code for it is here', async () => {
  expect(await askFor(1, { loads: false })).toEqual({ asked: [undefined], answer: { kind: 'unreachable' } })
})

test('nothing more is asked once the sum cannot be solved, or it is over', async () => {
  expect(await askFor(1, { solves: false })).toEqual({ asked: [undefined], answer: NEEDED })
  expect(await askFor(1, { isOver: true })).toEqual({ asked: [undefined], answer: NEEDED })
})
