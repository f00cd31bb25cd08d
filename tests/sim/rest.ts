import type { Student } from './classroom/student.ts'
import type { SimDatabase } from './database.ts'
import type { Device } from './device.ts'
import type { Scheduler } from './scheduler.ts'

/*
 * Rest: everything works, and nobody has anything left to send or to hear.
 */

const REST_WITHIN_STEPS = 60_000
/** Longer than a device waits before it says what it received. */
const QUIET_FOR_MS = 2_000
const LOOK_EVERY_STEPS = 50

/** Runs until there is rest; says what is missing when that takes too long. */
export async function comeToRest(
  scheduler: Scheduler,
  database: SimDatabase,
  devices: readonly Device[],
  students: readonly Student[],
): Promise<string[]> {
  let quietSince = Infinity
  let signedInAt = -Infinity
  for (let step = 0; step < REST_WITHIN_STEPS; step += 1) {
    await scheduler.step()
    if (step % LOOK_EVERY_STEPS !== 0) continue
    if (scheduler.now() - signedInAt > QUIET_FOR_MS) {
      signedInAt = scheduler.now()
      for (const device of devices) if (device.disk.connection.kind === 'signed-out') void device.signIn()
    }
    const busy = listBusy(database, devices, students)
    quietSince = busy.length === 0 ? Math.min(quietSince, scheduler.now()) : Infinity
    if (scheduler.now() - quietSince >= QUIET_FOR_MS) return []
  }
  return listBusy(database, devices, students).map((who) => `no rest was found: ${who}`)
}

interface Log {
  id: string
  head: number
}

function listBusy(database: SimDatabase, devices: readonly Device[], students: readonly Student[]): string[] {
  const heads = new Map(database.all<Log>('select id, head from log').map(({ id, head }) => [id, head]))
  const busy: string[] = []
  const look = (who: string, log: string, disk: Followed) => {
    const { cursor, restoring } = disk.position
    const waiting = [...disk.outbox.rows.values()].filter(({ state }) => state.kind !== 'refused')
    if (cursor === heads.get(log) && !restoring && waiting.length === 0) return
    busy.push(`${who} is at ${cursor} of ${heads.get(log)} in ${log}, and has ${JSON.stringify(waiting)}`)
  }
  for (const { person, disk, desks } of devices) {
    look(person.userId, 'campus', disk)
    for (const [id, desk] of desks) if (isAtDesk(database, id, person.userId)) look(person.userId, `classroom-${id}`, desk)
  }
  for (const [index, { disk, classroom }] of students.entries()) {
    look(`student ${index}`, `classroom-${classroom.id}`, disk)
  }
  return busy
}

interface Followed {
  position: { cursor: number; restoring: boolean }
  outbox: { rows: { values(): Iterable<{ state: { kind: string } }> } }
}

/** Whether somebody answers in a classroom now. */
export function isAtDesk(database: SimDatabase, classroomId: string, userId: string): boolean {
  const found = database.all(
    'select 1 from classroom_staff where classroom_id = ? and user_id = ? and removed = 0',
    classroomId,
    userId,
  )
  return found.length > 0
}
