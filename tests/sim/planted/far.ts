import type { Planted } from './planted.ts'
import { puttingOthers, withTables } from './tables.ts'

/** Mistakes in what a device that was far behind is sent, and in how it fetches the rest. */
export const WHEN_FAR_BEHIND: Record<string, Planted> = {
  'a hole is never filled': {
    campusStore: (store) => withTables(store, ({ holes }) => ({ holes: puttingOthers(holes, () => []) })),
  },

  'a page of history takes nothing for held that it brings': {
    campusStore: (store) => withTables(store, () => ({ listMessagesBetween: async () => [] })),
  },

  'who is far behind hears nothing of what changed of what they hold': {
    campusKind: (kind) => ({
      ...kind,
      async loadPage(...asked) {
        const page = await kind.loadPage(...asked)
        if ('refused' in page || page.holes === undefined) return page
        const held = new Map(page.holes.map(({ conversationId, after }) => [conversationId, after]))
        const isNews = (row: (typeof page.rows)[number]) =>
          row.type !== 'message' || row.n > (held.get(row.conversationId) ?? 0)
        return { ...page, rows: page.rows.filter(isNews) }
      },
    }),
  },

  'a hole begins too far up': {
    campusKind: (kind) => ({
      ...kind,
      async loadPage(...asked) {
        const page = await kind.loadPage(...asked)
        if ('refused' in page || page.holes === undefined) return page
        const holes = page.holes.map((hole) => ({ ...hole, after: hole.after + 1 }))
        return { ...page, holes: holes.filter(({ after, before }) => before > after + 1) }
      },
    }),
  },
}
