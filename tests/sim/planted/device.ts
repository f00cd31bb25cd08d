import type { ClientTables } from '../../../client/sync/tables.ts'
import type { Planted } from './planted.ts'
import { findingNothing, puttingOthers, withTables } from './tables.ts'

/** Mistakes on a device: its store, its outbox and how rows are applied. */
export const ON_THE_DEVICE: Record<string, Planted> = {
  'what a full store did not take is gone from the field': { isStoredAlways: true },

  'the cursor is saved apart from the rows': {
    campusStore: (store, _, world) => ({
      ...store,
      transact: (work) =>
        store.transact(async (tables) => {
          const later: (() => void)[] = []
          const answer = await work({ ...tables, ...delayed(tables, later) })
          // The cursor is there now; the rows follow when the disk gets to it, if the app lives so long.
          world.scheduler.after(world.chance.between(0, 30), () => later.forEach((write) => write()))
          return answer
        }),
    }),
  },

  'the outbox is dropped on a 401': {
    campusStore: (store, disk) => ({
      ...store,
      async setConnection(state) {
        if (state.kind === 'signed-out') disk.outbox.rows.clear()
        await store.setConnection(state)
      },
    }),
  },

  'an older row replaces a newer one': {
    campusStore: (store) => withTables(store, ({ messages }) => ({ messages: findingNothing(messages) })),
  },

  'leaving a conversation leaves its rows behind': {
    campusStore: (store) => withTables(store, () => ({ purgeConversation: async () => undefined })),
  },

  'what waits to be sent goes with what is pulled afresh': {
    campusStore: (store) =>
      withTables(store, ({ messages, outbox }) => ({
        messages: {
          ...messages,
          async clear() {
            await messages.clear()
            await outbox.clear()
          },
        },
      })),
  },

  'what is typed later gives way to what still waits': {
    enqueue: (commands, disk) =>
      commands.map((command) => {
        const waiting = [...disk.outbox.rows.values()].find(
          (entry) =>
            entry.command.type === 'draft.set' &&
            command.type === 'draft.set' &&
            entry.conversationId === command.conversationId,
        )
        return waiting === undefined ? command : { ...waiting.command, id: command.id }
      }),
  },

  'a mention is not noted': {
    campusStore: (store) => withTables(store, ({ mentions }) => ({ mentions: puttingOthers(mentions, () => []) })),
  },

  'an answer of "internal" is final': {
    campusSequencer: (sequencer, { chance }) => ({
      ...sequencer,
      submit: (log, entries) =>
        chance.happens(0.1)
          ? Promise.resolve(entries.map(() => ({ code: 'internal', message: 'Something went wrong.' }) as const))
          : sequencer.submit(log, entries),
    }),
    campusStore: (store) =>
      withTables(store, ({ outbox }) => ({
        outbox: puttingOthers(outbox, (entry) => {
          const isHeld = entry.state.kind === 'waiting' && entry.state.hold !== undefined
          return [isHeld ? { ...entry, state: { kind: 'refused', code: 'internal', message: 'So it was.' } } : entry]
        }),
      })),
  },
}

function delayed(tables: ClientTables, later: (() => void)[]): Pick<ClientTables, 'messages' | 'latest' | 'members'> {
  const delay = <Table extends { bulkPut(rows: never): unknown }>(table: Table): Table => ({
    ...table,
    bulkPut: async (rows: never) => void later.push(() => void table.bulkPut(rows)),
  })
  return { messages: delay(tables.messages), latest: delay(tables.latest), members: delay(tables.members) }
}
