import { refuse, type ClassroomRefusal } from '../../shared/classroom/errors.ts'
import { classroomLog } from '../../shared/classroom/fields.ts'
import type { Clock } from '../../shared/clock.ts'
import {
  createGroupCommit,
  StoreUnavailable,
  type Accepted,
  type GroupCommit,
  type UnitOfWork,
} from '../log/group-commit.ts'
import type { Store } from '../store/store.ts'
import { toBareError } from './bare-error.ts'
import { createClassroomBatch, type OpenClassroomBatch } from './classroom-batch.ts'
import type { ClassroomEntry } from './entry.ts'
import { loadClassroom } from './load-classroom.ts'
import { createClassroomNeeds } from './needs.ts'
import { decideEntry, needEntry } from './rules/rules.ts'
import { writeClassroom } from './write-classroom.ts'

export interface ClassroomCommitsOptions {
  store: Store
  clock: Clock
  /** The classroom's log has moved to this position. */
  onChanged: (classroomId: string, to: number) => void
  /** Hears of what is a bug or the outside world, without a word of what anybody wrote; returns the id under which it was logged. */
  onError: (error: unknown) => string
}

export interface ClassroomCommits {
  /** Resolves with a decision about each entry, in order. Throws `StoreUnavailable`. */
  submit(classroomId: string, entries: readonly ClassroomEntry[]): Promise<(Accepted | ClassroomRefusal)[]>
  close(): Promise<void>
}

/** A classroom to which nobody has written for so long is forgotten until somebody does. */
const IDLE_MS = 60_000

interface Room {
  commits: GroupCommit<ClassroomEntry, ClassroomRefusal>
  exists: Promise<boolean>
  pending: number
  cancelIdle(): void
}

/** One group commit for each classroom that is written to, made when it is needed. */
export function createClassroomCommits(options: ClassroomCommitsOptions): ClassroomCommits {
  const { store, clock } = options
  const rooms = new Map<string, Room>()
  const inFlight = new Set<Promise<unknown>>()
  const onError = (error: unknown) => options.onError(toBareError(error))

  function getRoom(classroomId: string): Room {
    const found = rooms.get(classroomId)
    if (found !== undefined) return found
    const room: Room = {
      commits: createGroupCommit<ClassroomEntry, ClassroomRefusal>({
        log: classroomLog(classroomId),
        store,
        begin: (now) => beginUnit(options, classroomId, now),
        refuse,
        now: clock.now,
        onError,
      }),
      exists: hasLog(store, classroomId),
      pending: 0,
      cancelIdle: () => undefined,
    }
    rooms.set(classroomId, room)
    return room
  }

  /** Whoever comes while the log is looked for waits for the same answer, so that the order is kept. */
  async function hasRoom(classroomId: string, room: Room): Promise<boolean> {
    try {
      const exists = await room.exists
      if (!exists) forget(classroomId, room)
      return exists
    } catch (error) {
      forget(classroomId, room)
      onError(error)
      throw new StoreUnavailable('the store cannot be read now')
    }
  }

  function forget(classroomId: string, room: Room): void {
    if (rooms.get(classroomId) === room) rooms.delete(classroomId)
  }

  async function submit(
    classroomId: string,
    entries: readonly ClassroomEntry[],
  ): Promise<(Accepted | ClassroomRefusal)[]> {
    const room = getRoom(classroomId)
    room.cancelIdle()
    room.pending += 1
    try {
      return (await hasRoom(classroomId, room))
        ? await room.commits.submit(entries)
        : entries.map(() => refuse('not_found'))
    } catch (error) {
      // What the database said may hold what a student wrote, and whoever catches this may log it.
      throw error instanceof StoreUnavailable ? new StoreUnavailable(error.message) : toBareError(error)
    } finally {
      room.pending -= 1
      const isIdle = room.pending === 0 && rooms.get(classroomId) === room
      if (isIdle) room.cancelIdle = clock.after(IDLE_MS, () => forget(classroomId, room))
    }
  }

  return {
    submit(classroomId, entries) {
      const answer = submit(classroomId, entries)
      inFlight.add(answer)
      void answer.catch(() => undefined).then(() => inFlight.delete(answer))
      return answer
    },
    async close() {
      await Promise.allSettled(inFlight)
      for (const { cancelIdle } of rooms.values()) cancelIdle()
    },
  }
}

async function hasLog(store: Store, classroomId: string): Promise<boolean> {
  const found = await store.db
    .selectFrom('log')
    .select('id')
    .where('id', '=', classroomLog(classroomId))
    .executeTakeFirst()
  return found !== undefined
}

function beginUnit(
  { store, onChanged }: ClassroomCommitsOptions,
  classroomId: string,
  now: number,
): UnitOfWork<ClassroomEntry, ClassroomRefusal> {
  const needs = createClassroomNeeds()
  let batch: OpenClassroomBatch | undefined
  const getBatch = () => {
    if (batch === undefined) throw new Error('a classroom is decided about before it was loaded')
    return batch
  }
  return {
    need: (entry) => needEntry(needs, entry),
    async load(db) {
      batch = createClassroomBatch(now, await loadClassroom(db, classroomId, needs))
    },
    decide: (entry) => decideEntry(getBatch(), entry),
    async write(db, { head }) {
      const stamped = getBatch().stamp(head)
      await writeClassroom(store, db, stamped)
      return { head: stamped.head, publish: () => onChanged(classroomId, stamped.head) }
    },
  }
}
