import { Histogram, type Registry } from 'prom-client'
import type { Store } from '../store/store.ts'

/** From half a millisecond, as SQLite takes, to what makes people wait. */
export const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** A store whose transactions are timed. */
export function createStoreObserver(registry: Registry): (store: Store) => Store {
  const seconds = new Histogram({
    name: 'chatbox_database_transaction_duration_seconds',
    help: 'Time of transactions that came to their end, with the wait for a connection: snapshots that are read, and writes.',
    labelNames: ['access'],
    buckets: SECONDS,
    registers: [registry],
  })
  const time = async <Answer>(access: 'read' | 'write', work: () => Promise<Answer>): Promise<Answer> => {
    const began = performance.now()
    const answer = await work()
    seconds.observe({ access }, (performance.now() - began) / 1_000)
    return answer
  }
  return (store) => ({
    ...store,
    read: (work) => time('read', () => store.read(work)),
    write: (work) => time('write', () => store.write(work)),
  })
}
