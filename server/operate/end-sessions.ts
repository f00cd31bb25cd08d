import type { Actor } from '../audit/audit.ts'
import { writeAudited } from '../audit/audit.ts'
import type { Store } from '../store/store.ts'

/** Ends all sessions of somebody, with a row in the audit log; returns those that were there. They are over once announced. */
export async function endAllSessions(store: Store, actor: Actor, userId: string, now: number): Promise<string[]> {
  return writeAudited(store, now, async (db) => {
    const rows = await db.selectFrom('session').select('id').where('user_id', '=', userId).execute()
    await db.deleteFrom('session').where('user_id', '=', userId).execute()
    const subject = { kind: 'person', id: userId } as const
    const entry = { actor, act: 'person.end-sessions', subject, detail: { sessions: rows.length } } as const
    return { answer: rows.map(({ id }) => id), entries: rows.length === 0 ? [] : [entry] }
  })
}
