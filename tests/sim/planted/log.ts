import { POLL_EVERY_MS } from '../../../server/live/hubs.ts'
import type { Committed } from '../../../server/log/group-commit.ts'
import { campusChannel, type Campus } from '../../../server/campus/types.ts'
import type { Bus } from '../../../server/bus/bus.ts'
import type { LogRow } from '../../../server/campus/types.ts'
import type { Planted } from './planted.ts'

/** Mistakes in how a log is told, whichever it is: bus, hubs, frames and pages. */
export const IN_THE_LOG: Record<string, Planted> = {
  'publishing is the only delivery': {
    clock: (clock) => ({ ...clock, after: (ms, work) => (ms === 1_000 ? () => undefined : clock.after(ms, work)) }),
    bus: (bus) => {
      let position: number | undefined
      return hearing(bus, (word) => {
        if (position !== undefined && word.to <= position) return undefined
        const said = { ...word, from: position ?? word.from }
        position = word.to
        return said
      })
    },
  },

  'a hub goes deaf after a minute': {
    clock: (clock) => {
      const began = clock.now()
      const hears = () => clock.now() - began < 60_000
      return {
        ...clock,
        after: (ms, work) => (ms === POLL_EVERY_MS && !hears() ? () => undefined : clock.after(ms, work)),
      }
    },
    bus: (bus, { scheduler }) => {
      const began = scheduler.now()
      return hearing(bus, (word) => (scheduler.now() - began < 60_000 ? word : undefined))
    },
  },

  'a part of what happened is told to nobody, between catching up and hearing': {
    bus: (bus) => {
      let heard = 0
      return hearing(bus, (word) => {
        heard += 1
        return heard % 3 === 0 ? { ...word, rows: [] } : word
      })
    },
  },

  'two campuses on one bus hear each other': {
    bus: (bus, { chance }) => ({
      ...bus,
      publish(channel, word) {
        bus.publish(channel, word)
        if (channel.name !== campusChannel.name || !chance.happens(0.3)) return
        const { to } = word as Committed<Campus>
        const lineage = { id: 'the other', start: to }
        bus.publish(campusChannel, { log: 'campus', lineage, from: to, to: to + 1, rows: [] })
      },
    }),
  },

  'access is checked only at connect': {
    bus: (bus) =>
      hearing(bus, ({ rows, ...word }) => ({ ...word, rows: without(rows, ({ row }) => row.type === 'member') })),
  },

  'what is said in a conversation is told to all': {
    bus: (bus) => hearing(bus, (word) => ({ ...word, rows: readdress(word.rows, 'members') })),
  },

  'what is one’s own is told to all': {
    bus: (bus) => hearing(bus, (word) => ({ ...word, rows: readdress(word.rows, 'user') })),
  },

  'who keeps to themselves what they have seen is told what others have': {
    bus: (bus) =>
      hearing(bus, ({ rows, ...word }) => ({
        ...word,
        rows: (rows ?? []).map(({ row, audience }): LogRow => ({
          row,
          audience: audience.kind === 'seers' ? { ...audience, kind: 'members' } : audience,
        })),
      })),
  },

  'rows are left out of a frame': {
    frame: (_, text, { chance }) =>
      text.startsWith('{"type":"rows"') && chance.happens(0.2)
        ? JSON.stringify({ ...(JSON.parse(text) as object), rows: [] })
        : text,
  },

  'who is behind is told to be live': {
    frame: (_, text) => text.replace('{"type":"behind"', '{"type":"live"'),
  },

  'a pull leaves out a row': {
    answer: (path, text, { chance }) =>
      changePage(path, text, (rows) => (chance.happens(0.1) ? rows.slice(0, -1) : rows)),
  },

  'a conversation arrives without what hangs on it': {
    answer: (path, text) =>
      changePage(path, text, (rows) => {
        const since = new Map(rows.flatMap((row) => (row.type === 'member' ? [[row.conversationId, row.since]] : [])))
        const isMissing = (row: PageRow) =>
          ['reaction', 'revision', 'delivery'].includes(row.type) && row.seq <= (since.get(row.conversationId) ?? 0)
        return rows.filter((row) => !isMissing(row))
      }),
  },
}

interface PageRow {
  type: string
  seq: number
  conversationId: string
  since: number
}

function changePage(path: string, text: string, change: (rows: PageRow[], from: number) => PageRow[]): string {
  if (!path.startsWith('/api/pull?')) return text
  const page = JSON.parse(text) as { from?: number; rows?: PageRow[] }
  if (page.rows === undefined || page.from === undefined) return text
  return JSON.stringify({ ...page, rows: change(page.rows, page.from) })
}

type Word = Committed<Campus>

/** A process that hears other words of the campus than were spoken, or none. */
function hearing(bus: Bus, change: (word: Word) => Word | undefined): Bus {
  return {
    ...bus,
    listen: (channel, listener) =>
      channel.name !== campusChannel.name
        ? bus.listen(channel, listener)
        : bus.listen(channel, (word) => {
            const changed = change(word as Word)
            if (changed !== undefined) listener(changed as typeof word)
          }),
  }
}

function without(rows: Word['rows'], isLeftOut: (row: LogRow) => boolean): Word['rows'] {
  return rows?.filter((row) => !isLeftOut(row)) ?? null
}

function readdress(rows: Word['rows'], kind: LogRow['audience']['kind']): Word['rows'] {
  return rows?.map((row) => (row.audience.kind === kind ? { ...row, audience: { kind: 'all' } } : row)) ?? null
}
