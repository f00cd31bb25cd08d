import { liveQuery } from './storage/live-query.ts'
import type { ClientDatabase } from './database.ts'
import type { Environment } from './environment.ts'

/**
 * Asks the browser, once a start, to keep the data when space runs short: as soon as a message was
 * written, because then there is something to lose, and a browser that asks its person is understood.
 * Returns the function that stops waiting for one.
 */
export function persistAfterFirstMessage(db: ClientDatabase, environment: Environment): () => void {
  const subscription = liveQuery(() => db.outbox.toArray()).subscribe((entries) => {
    if (!entries.some(({ command }) => command.type === 'message.send')) return
    subscription.unsubscribe()
    environment.persistStorage()
  })
  return () => subscription.unsubscribe()
}
