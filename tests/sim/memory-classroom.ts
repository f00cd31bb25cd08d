import type { ClassroomMeta } from '../../client/sync/classroom/database.ts'
import type { ClassroomStorage, ClassroomTables } from '../../client/sync/classroom/tables.ts'
import type { RowTable } from '../../client/sync/log/kind.ts'
import { NOWHERE, type DevicePosition } from '../../client/sync/log/position.ts'
import { listen, runOn, type WhenThawed } from './memory-store.ts'
import { createJournal, createTable, type Journal, type MemoryTable } from './memory-table.ts'

type InMemory = {
  [
    Name in keyof ClassroomTables as ClassroomTables[Name] extends RowTable<infer _Row, infer _Key> ? Name : never
  ]: ClassroomTables[Name] extends RowTable<infer Row, infer Key> ? MemoryTable<Row, Key> : never
}

/** What one device has stored of one classroom, as a student or at a desk. */
export interface ClassroomDisk extends InMemory {
  position: DevicePosition
  lastPosition: number
  listeners: Set<() => void>
  journal: Journal
}

export function createClassroomDisk(): ClassroomDisk {
  const journal = createJournal()
  const disk: ClassroomDisk = {
    meta: createTable<ClassroomMeta, string>(journal, (row) => row.key),
    classroom: createTable(journal, (row) => row.id),
    desk: createTable(journal, (row) => row.type),
    staff: createTable(journal, (row) => row.userId),
    questions: createTable(journal, (row) => row.id),
    replies: createTable(journal, (row) => row.id),
    polls: createTable(journal, (row) => row.id),
    outbox: createTable(
      journal,
      (entry) => String(entry.position),
      (entry) => entry.id,
    ),
    receipts: createTable(journal, (row) => row.id),
    votes: createTable(journal, (row) => row.questionId),
    choices: createTable(journal, (row) => row.pollId),
    tokens: createTable(journal, (row) => row.message),
    photos: createTable(journal, (row) => row.questionId),
    uploads: createTable(journal, (row) => row.id),
    position: NOWHERE,
    lastPosition: 0,
    listeners: new Set(),
    journal,
  }
  journal.watch(disk.outbox, () => disk.listeners.forEach((listener) => listener()))
  return disk
}

/** The storage of a classroom over a disk, as one tab has it. */
export function createMemoryStorage(
  disk: ClassroomDisk,
  isOn: () => boolean,
  whenThawed?: WhenThawed,
): ClassroomStorage & { tables: ClassroomTables } {
  const tables: ClassroomTables = {
    ...disk,
    async addEntry(entry) {
      const positions = (await disk.outbox.toArray()).map(({ position }) => position)
      const before = disk.lastPosition
      disk.journal.note(disk, () => (disk.lastPosition = before))
      disk.lastPosition = Math.max(before, ...positions) + 1
      await disk.outbox.bulkPut([{ ...entry, position: disk.lastPosition }])
    },
    getPosition: async () => disk.position,
    async setPosition(position) {
      const before = disk.position
      disk.journal.note(disk, () => (disk.position = before))
      disk.position = position
    },
  }
  return {
    tables,
    transact: (work) => runOn(disk.journal, isOn, whenThawed, () => work(tables)),
    onOutboxChange: (listener) => listen(disk.listeners, listener),
  }
}
