import type { Table } from 'dexie'
import { WatchedDatabase } from '../storage/watched-database.ts'

/** A classroom that this device has been to. */
export interface Visited {
  id: string
  title: string
  lastVisitAt: number
}

/** Apart from every classroom's own database: which of them somebody opened is nobody else's matter. */
class VisitedDatabase extends WatchedDatabase {
  declare visited: Table<Visited, string>

  constructor() {
    super('chatbox-classrooms')
    this.version(1).stores({ visited: 'id' })
  }
}

const visits = new VisitedDatabase()

/** The last one first. */
export async function listVisited(): Promise<Visited[]> {
  const all = await visits.visited.toArray()
  return all.sort((one, other) => other.lastVisitAt - one.lastVisitAt)
}

/** Notes a visit to a classroom whose title is known. */
export async function noteVisit(visit: Visited): Promise<void> {
  await visits.visited.put(visit)
}

export async function forgetVisit(id: string): Promise<void> {
  await visits.visited.delete(id)
}
