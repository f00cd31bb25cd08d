import type { World } from './world.ts'

/** About as many as there are when a run begins: whoever registers may make a crowd of them, or find that it is none any more. */
const SOME = [2, 3, 4, 5]

/** How many people each device holds, as a process that starts is set; all where nobody speaks of crowds. */
export function drawPeopleMax({ chance, faults }: Pick<World, 'chance' | 'faults'>): number {
  return faults.crowd ? (chance.pick(SOME) ?? Infinity) : Infinity
}
