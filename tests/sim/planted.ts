import type { Answer } from '../../client/sync/api.ts'
import type { SocketEvents } from '../../client/sync/environment.ts'
import type { ClientStore, ClientTables } from '../../client/sync/tables.ts'
import type { Bus, PublishedBatch } from '../../server/bus/bus.ts'
import type { CampusCommand } from '../../server/campus/command.ts'
import type { Batch } from '../../server/campus/batch.ts'
import type { Rules } from '../../server/log/sequencer.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Command } from '../../shared/protocol/commands.ts'
import type { PullPage } from '../../shared/protocol/http.ts'
import type { CommandResult } from '../../shared/protocol/results.ts'
import type { World } from './campus.ts'
import type { Disk } from './memory-store.ts'

type Submit = (userId: string, commands: readonly { id: string }[]) => Promise<CommandResult[]>

/** A mistake that somebody could make, put in at one of the seams between the parts. */
export interface Planted {
  hubBus?(bus: Bus): Bus
  hubClock?(clock: Clock): Clock
  submit?(submit: Submit, world: World): Submit
  rules?(rules: Rules<CampusCommand>, world: World): Rules<CampusCommand>
  page?(page: PullPage, userId: string): PullPage
  enqueue?(commands: readonly Command[], disk: Disk): readonly Command[]
  socketEvents?(events: SocketEvents, disk: Disk): SocketEvents
  answer?<Value>(answer: Answer<Value>, disk: Disk): Answer<Value>
  clientStore?(
    store: ClientStore & { tables: ClientTables },
    disk: Disk,
    world: World,
    isOn: () => boolean,
  ): ClientStore & { tables: ClientTables }
}

/** Each of these is a bug that the simulation has to catch; see `planted.test.ts`. */
export const PLANTED: Record<string, Planted> = {
  'the cursor is saved apart from the rows': {
    clientStore: (store, _disk, world, isOn) => ({
      ...store,
      transact: (work) =>
        store.transact(async (tables) => {
          const later: (() => void)[] = []
          const answer = await work({ ...tables, ...delayed(tables, later) })
          // The cursor is there now; the rows follow when the disk gets to it, if the app lives so long.
          world.scheduler.after(world.chance.between(0, 30), () => isOn() && later.forEach((write) => write()))
          return answer
        }),
    }),
  },

  'catching up comes before subscribing': {
    // What happens between the last page and the first frame is told to nobody.
    socketEvents: (events, disk) => ({
      ...events,
      onText(text) {
        const frame = JSON.parse(text) as { type: string; from?: number | null }
        const changed = frame.type === 'rows' || (frame.type === 'ping' && frame.from !== null)
        events.onText(changed ? JSON.stringify({ ...frame, from: disk.position.cursor }) : text)
      },
    }),
    hubBus: (bus) => ({
      ...bus,
      listen: (listener) => {
        let heard = 0
        return bus.listen({
          ...listener,
          onBatch(batch) {
            heard += 1
            // Every third batch falls between a pull and the subscription that follows it.
            listener.onBatch(heard % 3 === 0 ? { ...batch, rows: [] } : batch)
          },
        })
      },
    }),
  },

  'a command sent twice is done twice': {
    submit(submit, world) {
      const seen = new Set<string>()
      return async (userId, commands) => {
        // Nobody looks the id up: a command that comes again is a new one.
        const taken = commands.map((command) =>
          seen.has(command.id) ? { ...command, id: world.chance.id() } : command,
        )
        for (const { id } of commands) seen.add(id)
        const results = await submit(userId, taken)
        return results.map((result, index) => ({ ...result, id: commands[index]?.id ?? '' }))
      }
    },
  },

  'publishing is the only delivery': {
    hubClock: (clock) => ({ ...clock, after: (ms, work) => (ms === 1_000 ? () => undefined : clock.after(ms, work)) }),
    hubBus: (bus) => ({
      ...bus,
      listen: (listener) => {
        let position: number | undefined
        return bus.listen({
          ...listener,
          onBatch(batch: PublishedBatch) {
            if (position !== undefined && batch.to <= position) return
            listener.onBatch({ ...batch, from: position ?? batch.from })
            position = batch.to
          },
        })
      },
    }),
  },

  'the outbox is dropped on a 401': {
    answer(answer, disk) {
      disk.outbox.rows.clear()
      return answer
    },
  },

  'access is checked only at connect': {
    hubBus: (bus) => ({
      ...bus,
      listen: (listener) =>
        bus.listen({
          ...listener,
          onBatch: (batch) =>
            listener.onBatch({ ...batch, rows: batch.rows.filter(({ row }) => row.type !== 'member') }),
        }),
    }),
  },

  'a command is answered before it is stored': {
    submit: (submit, world) => async (userId, commands) => {
      submit(userId, commands).catch((error: unknown) => world.errors.push(error))
      return commands.map(({ id }) => ({ status: 'accepted', id, seq: 1 }))
    },
  },

  'a later command overtakes an earlier one': {
    submit: (submit, world) => (userId, commands) =>
      new Promise((resolve, reject) => {
        world.scheduler.after(world.chance.between(0, 200), () => {
          submit(userId, commands).then(resolve, reject)
        })
      }),
  },

  'an older row replaces a newer one': {
    clientStore: (store) =>
      withTables(store, (tables) => ({
        ...tables,
        messages: { ...tables.messages, bulkGet: async (keys) => keys.map(() => undefined) },
      })),
  },

  'leaving a conversation leaves its rows behind': {
    clientStore: (store) => withTables(store, (tables) => ({ ...tables, purgeConversation: async () => undefined })),
  },

  'a receipt claims more than the device holds': {
    submit: (submit) => (userId, commands) =>
      submit(
        userId,
        commands.map((command) => {
          const { type, positions } = command as Partial<Extract<Command, { type: 'receive' }>>
          // Whatever was said meanwhile is claimed too.
          const all = positions?.map(({ conversationId }) => ({ conversationId, n: Number.MAX_SAFE_INTEGER }))
          return type === 'receive' ? { ...command, positions: all } : command
        }),
      ),
  },

  'who keeps to themselves what they have seen is told to have seen it': {
    rules: (rules) => withBatch(rules, () => ({ findPreference: () => undefined })),
  },

  'who keeps to themselves what they have seen is told what others have': {
    hubBus: (bus) => ({
      ...bus,
      listen: (listener) =>
        bus.listen({
          ...listener,
          onBatch: (batch) =>
            listener.onBatch({
              ...batch,
              rows: batch.rows.map(({ row, audience }) => ({
                row,
                audience: audience.kind === 'seers' ? { ...audience, kind: 'members' } : audience,
              })),
            }),
        }),
    }),
  },

  'who lets others know again is not told what they have seen meanwhile': {
    page: (page) => ({ ...page, rows: page.rows.filter((row) => row.type !== 'seen' || row.seq > page.from) }),
  },

  'an edit keeps no revision': {
    rules: (rules, { chance }) =>
      withBatch(rules, (batch) => ({
        setAnnotation: (row) => {
          if (row.type !== 'revision' || chance.happens(0.5)) batch.setAnnotation(row)
        },
      })),
  },

  'a deletion leaves what stood there before': {
    rules: (rules) =>
      withBatch(rules, (batch) => ({
        listAnnotations: (type, messageId) => (type === 'revision' ? [] : batch.listAnnotations(type, messageId)),
      })),
  },

  'an older reaction replaces a newer one': {
    clientStore: (store) =>
      withTables(store, (tables) => ({
        ...tables,
        reactions: { ...tables.reactions, bulkGet: async (keys) => keys.map(() => undefined) },
      })),
  },

  'an older version of an edit comes back after its deletion': {
    clientStore: (store) =>
      withTables(store, (tables) => ({
        ...tables,
        revisions: { ...tables.revisions, bulkGet: async (keys) => keys.map(() => undefined) },
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

  'a conversation arrives without what hangs on it': {
    page: (page, userId) => {
      const since = new Map(
        page.rows.flatMap((row) =>
          row.type === 'member' && row.userId === userId ? [[row.conversationId, row.since] as const] : [],
        ),
      )
      const isMissing = (row: PullPage['rows'][number]) =>
        (row.type === 'reaction' || row.type === 'revision' || row.type === 'delivery') &&
        row.seq <= (since.get(row.conversationId) ?? 0)
      return { ...page, rows: page.rows.filter((row) => !isMissing(row)) }
    },
  },
}

/** The same rules, over a batch that is not as it should be. */
function withBatch(rules: Rules<CampusCommand>, change: (batch: Batch) => Partial<Batch>): Rules<CampusCommand> {
  return { ...rules, decide: (batch, userId, command) => rules.decide({ ...batch, ...change(batch) }, userId, command) }
}

function withTables<Store extends ClientStore & { tables: ClientTables }>(
  store: Store,
  change: (tables: ClientTables) => ClientTables,
): Store {
  const tables = change(store.tables)
  return { ...store, tables, transact: (work) => store.transact(() => work(tables)) }
}

function delayed(tables: ClientTables, later: (() => void)[]): Pick<ClientTables, 'messages' | 'latest' | 'members'> {
  const delay = <Table extends { bulkPut(rows: never): unknown }>(table: Table): Table => ({
    ...table,
    bulkPut: async (rows: never) => void later.push(() => void table.bulkPut(rows)),
  })
  return { messages: delay(tables.messages), latest: delay(tables.latest), members: delay(tables.members) }
}
