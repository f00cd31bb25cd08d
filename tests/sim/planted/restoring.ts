import type { OutboxEntry } from '../../../client/sync/database.ts'
import { toOlderText } from '../version-before.ts'
import type { Planted } from './planted.ts'
import { puttingOthers, withTables } from './tables.ts'

/** Mistakes around a log that went back in time. */
export const WHEN_IT_WENT_BACK: Record<string, Planted> = {
  'a log that was put back does not say so': {
    answer: (path, text) => (path.includes('/pull?') ? toOlderText(text) : text),
    frame: (_, text) => toOlderText(text),
  },

  'what was accepted in a history that ended is taken for done': {
    campusStore: (store, disk) =>
      withTables(store, ({ outbox }) => ({
        outbox: puttingOthers(outbox, (entry) => {
          const before = disk.outbox.rows.get(String(entry.position))
          return before?.state.kind === 'accepted' && entry.state.kind === 'waiting' ? [] : [entry]
        }),
      })),
  },

  'what was accepted is forgotten before its rows are here': {
    campusStore: (store) =>
      withTables(store, ({ outbox }) => ({
        outbox: {
          ...outbox,
          async bulkPut(entries) {
            await outbox.bulkPut(entries)
            await outbox.bulkDelete(
              entries.flatMap(({ state, position }) => (state.kind === 'accepted' ? [position] : [])),
            )
          },
        },
      })),
  },

  'nothing that was lost is offered again': {
    campusStore: (store) =>
      withTables(store, ({ outbox }) => ({
        outbox: puttingOthers(outbox, (entry) => (isOffer(entry) ? [] : [entry])),
      })),
  },

  'an offer that is refused once is dropped': {
    campusStore: (store) =>
      withTables(store, ({ outbox }) => ({
        outbox: {
          ...outbox,
          async bulkPut(entries) {
            await outbox.bulkPut(entries)
            const held = entries.filter((entry) => isOffer(entry) && 'hold' in entry.state)
            await outbox.bulkDelete(held.map(({ position }) => position))
          },
        },
      })),
  },
}

function isOffer({ state }: OutboxEntry): boolean {
  return state.kind === 'waiting' && state.offeredAt !== undefined
}
