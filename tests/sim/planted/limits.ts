import { createLine } from '../../../server/limits/line.ts'
import type { Planted } from './planted.ts'
import { puttingOthers, withTables } from './tables.ts'

/** Mistakes in what becomes of what was slowed down. */
export const WHEN_SLOWED_DOWN: Record<string, Planted> = {
  'what was slowed down is dropped': {
    campusStore: (store) =>
      withTables(store, ({ outbox }) => ({
        outbox: {
          ...outbox,
          async bulkPut(entries) {
            const isSlowed = ({ state }: (typeof entries)[number]) =>
              state.kind === 'waiting' && state.hold?.slowed === true
            await outbox.bulkPut(entries.filter((entry) => !isSlowed(entry)))
            await outbox.bulkDelete(entries.filter(isSlowed).map(({ position }) => position))
          },
        },
      })),
  },

  'what was slowed down is refused for good': {
    campusStore: (store) =>
      withTables(store, ({ outbox }) => ({
        outbox: puttingOthers(outbox, (entry) => {
          const isSlowed = entry.state.kind === 'waiting' && entry.state.hold?.slowed === true
          return [isSlowed ? { ...entry, state: { kind: 'refused', code: 'slow_down', message: 'Too much.' } } : entry]
        }),
      })),
  },

  'what was written later overtakes what was slowed down': {
    limits: (limits) => ({ ...limits, admit: (userId, commands) => limits.admit(userId, commands, createLine()) }),
  },
}
