import type { Store } from '../../server/store/store.ts'
import type { Account } from './class.ts'

/** What a table holds, row by row. */
export type Records = Record<string, unknown>[]

/** What is kept of commands in classrooms, and the heads of their logs. */
const KEPT = ['student_command', 'classroom_command', 'classroom_log', 'classroom_lineage']
export const CLASSROOM_TABLES = ['question', 'reply', 'vote', 'poll', 'poll_answer', 'spent_token']
export const PHOTO_TABLES = ['photo_upload', 'photo_piece', 'photo_content']

/** All that a database holds, by table. */
export async function dumpDatabase(store: Store): Promise<Map<string, Records>> {
  const tables = await store.db.introspection.getTables()
  const records = new Map<string, Records>()
  for (const { name } of tables) {
    const found = await store.db
      .selectFrom(name as 'question')
      .selectAll()
      .execute()
    records.set(
      name,
      found.map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [column, toText(value)]))),
    )
  }
  return records
}

/** Bytes as a text that can be searched for texts. */
function toText(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('latin1')
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value
}

/** When an account was last heard of follows from its own socket's heartbeat, and is compared apart. */
const HEARTBEAT = ['last_seen_at', 'synced_at', 'cursor_seq']

/** All but what belongs to classrooms: their tables, their logs, and what their staff did with an account. */
export function ofCampus(records: Map<string, Records>, teacher: Account): [string, Records][] {
  const classroom = new Set([
    ...CLASSROOM_TABLES,
    ...PHOTO_TABLES,
    ...KEPT,
    'classroom',
    'classroom_staff',
    'token_issuance',
  ])
  return [...records]
    .filter(([name]) => !classroom.has(name))
    .map(([name, rows]) => [
      name,
      rows
        .filter(
          (row) => !String(row.id).startsWith('classroom-') && !(name === 'command' && row.user_id === teacher.userId),
        )
        .map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !HEARTBEAT.includes(column)))),
    ])
}
