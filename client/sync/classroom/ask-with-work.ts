import type { ClassroomAnswer } from './api.ts'
import type { solveWork } from './work.ts'

/** So often the server may want work for one thing. */
const WORK_TRIES = 3

/**
 * Asks, and where the server wants a sum done first, does it and asks again with what came out. Unreachable where the code for
 * that does not load, as when the network has just gone away; refused where the sum cannot be solved, or it is over.
 */
export async function askWithWork<Value>(
  ask: (work?: string) => Promise<ClassroomAnswer<Value>>,
  isOver: () => boolean,
  load: () => Promise<{ solveWork: typeof solveWork }> = () => import('./work.ts'),
): Promise<ClassroomAnswer<Value>> {
  let answer = await ask()
  for (let tries = 0; tries < WORK_TRIES; tries += 1) {
    if (answer.kind !== 'refused' || answer.error.code !== 'work_needed') break
    const loaded = await load().catch(() => undefined)
    if (loaded === undefined) return { kind: 'unreachable' }
    const work = await loaded.solveWork(answer.error.challenge)
    if (work === undefined || isOver()) break
    answer = await ask(work)
  }
  return answer
}
