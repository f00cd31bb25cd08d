import type { Command } from '../../shared/protocol/commands.ts'
import { coalesce } from './coalesce.ts'
import type { ClientDatabase, OutboxEntry } from './database.ts'
import type { ClientTables } from './tables.ts'

/*
 * The outbox: every command in the order in which it was written.
 *
 *              enqueue                 accepted at seq            cursor reaches seq
 *    (view) ─────────────▶ waiting ─────────────────────▶ accepted ─────────────────▶ gone
 *                          │    ▲
 *                  refused │    │ send again, or edited
 *                          ▼    │
 *                          refused ──── dropped by a person ────▶ gone
 *
 * An entry survives a reload, a crash and an expired login; nothing but a person's own hand or the
 * arrival of its rows removes it; one that only says how something is gives way to a newer one while
 * it waits (see `coalesce.ts`). It goes out only while every entry before it has gone out too, so
 * what one person wrote arrives in the order in which it was written.
 *
 * `accepted` is not yet gone, because rows come only from the log: a message that the server took is
 * shown from here until the row is here, and both change in one transaction, so that it never
 * vanishes for a moment and never stands there twice.
 */

/** Stores commands to be sent, in this order, all of them or none. */
export async function enqueue(db: ClientDatabase, commands: readonly Command[], now: number): Promise<void> {
  await db.transaction('rw', db.outbox, async () => {
    for (const command of commands) {
      const queued = await db.outbox.where({ conversationId: conversationOf(command) }).toArray()
      const joined = coalesce(queued, command)
      await db.outbox.bulkDelete(joined.replaced)
      await db.outbox.add(toWaiting(joined.command, now))
    }
  })
}

/** The same inside a transaction of the store. */
export async function enqueueIn(tables: ClientTables, commands: readonly Command[], now: number): Promise<void> {
  for (const command of commands) {
    const entries = await tables.outbox.toArray()
    const joined = coalesce(entries, command)
    await tables.outbox.bulkDelete(joined.replaced)
    const position = Math.max(0, ...entries.map((entry) => entry.position)) + 1
    await tables.outbox.bulkPut([{ position, ...toWaiting(joined.command, now) }])
  }
}

/** Sends a refused command, or what a person made of it, once more. It goes to the end, as if written now. */
export async function sendAgain(db: ClientDatabase, id: string, now: number, changed?: Command): Promise<void> {
  await db.transaction('rw', db.outbox, async () => {
    const entry = await db.outbox.get({ id })
    if (entry?.state.kind !== 'refused') return
    await db.outbox.delete(entry.position)
    const queuedAt = entry.state.code === 'too_old' ? now : entry.queuedAt
    await db.outbox.add(toWaiting(changed ?? entry.command, queuedAt))
  })
}

/** Removes a refused command for good, because a person said so. */
export async function drop(db: ClientDatabase, id: string): Promise<void> {
  await db.transaction('rw', db.outbox, async () => {
    const entry = await db.outbox.get({ id })
    if (entry?.state.kind === 'refused') await db.outbox.delete(entry.position)
  })
}

function toWaiting(command: Command, queuedAt: number): Omit<OutboxEntry, 'position'> {
  return { id: command.id, conversationId: conversationOf(command), command, state: { kind: 'waiting' }, queuedAt }
}

export function conversationOf(command: Command): OutboxEntry['conversationId'] {
  return 'conversationId' in command ? command.conversationId : ''
}
