import type { Device } from './device.ts'
import type { Scheduler } from './scheduler.ts'

const WITHIN_STEPS = 2_000

/** Loads what a device was never sent at once: older pages, on demand. */
export async function fillHoles(scheduler: Scheduler, device: Device): Promise<void> {
  for (const latest of [...device.disk.latest.rows.values()]) {
    for (let before = latest.n + 1; before > 1;) {
      const rows = [...device.disk.messages.rows.values()].filter((row) => row.conversationId === latest.conversationId)
      const places = new Set(rows.map((row) => row.n))
      let hole = before - 1
      while (hole > 0 && places.has(hole)) hole -= 1
      if (hole === 0) break
      const progress = { done: false }
      void device.loadHistory(latest.conversationId, hole + 1).finally(() => (progress.done = true))
      for (let step = 0; !progress.done && step < WITHIN_STEPS; step += 1) await scheduler.step()
      before = hole
    }
  }
}
