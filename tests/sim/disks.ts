import type { Journal } from './memory-table.ts'
import type { World } from './world.ts'

/** What the browser says of a store without room, and of one that is broken. */
export const DISK_FAULTS = ['QuotaExceededError', 'UnknownError'] as const

/** Lets a device's store take its time, as that of a phone does. */
export function slowDown({ scheduler, chance, faults, isRough }: World, ...journals: readonly Journal[]): void {
  if (!faults.slowDisk) return
  const delay = async () => {
    if (isRough() && chance.happens(0.3)) {
      await new Promise<void>((resolve) => scheduler.after(chance.between(1, 80), resolve))
    }
  }
  for (const journal of journals) journal.delay = delay
}
