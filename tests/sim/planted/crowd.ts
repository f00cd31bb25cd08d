import type { Planted } from './planted.ts'
import { withTables } from './tables.ts'

/** Mistakes in who is who, where there are too many people for each device to hold all. */
export const IN_A_CROWD: Record<string, Planted> = {
  'a name is never refreshed': {
    campusStore: (store) =>
      withTables(store, ({ users }) => ({
        users: {
          ...users,
          async bulkPut(rows) {
            const held = await users.bulkGet(rows.map(({ id }) => id))
            return users.bulkPut(rows.filter((_, index) => held[index] === undefined))
          },
        },
      })),
  },

  'a page brings nobody whom its rows name': {
    campusKind: (kind) => ({
      ...kind,
      async loadPage(...asked) {
        const page = await kind.loadPage(...asked)
        return 'refused' in page ? page : { ...page, rows: page.rows.filter(({ type }) => type !== 'user') }
      },
    }),
  },

  'who was not met before is not introduced with what they say': {
    frame: (_, text) => (text.includes('"message"') ? text.replace(/\{"type":"user"[^}]*\},?/g, '') : text),
  },
}
