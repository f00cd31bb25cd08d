import { RECEIPT_MEMBERS_MAX } from '../../shared/protocol/limits.ts'
import type { ClassroomOutboxEntry } from '../../client/sync/classroom/database.ts'
import { setAside } from '../../client/sync/files/awaiting.ts'
import type { Student } from './classroom/student.ts'
import type { SimDatabase } from './database.ts'
import type { Device } from './device.ts'
import type { Disk } from './memory-store.ts'
import type { Scheduler } from './scheduler.ts'

/*
 * Rest: everything works, and nobody has anything left to send or to hear.
 */

/** For each thing that happened before. */
const REST_WITHIN_STEPS = 36
/** Longer than a device waits before it says what it received. */
const QUIET_FOR_MS = 2_000
/** What one device offers is tried again by another one within a minute or two, and so on. */
const QUIET_WHILE_OFFERING_MS = 300_000
const LOOK_EVERY_STEPS = 50

/** Runs until there is rest; says what is missing when that takes too long. */
export async function comeToRest(
  events: number,
  scheduler: Scheduler,
  database: SimDatabase,
  devices: readonly Device[],
  students: readonly Student[],
): Promise<string[]> {
  const isOffering = () => devices.some(({ disk }) => [...disk.outbox.rows.values()].some(isHeldOffer))
  let quietSince = Infinity
  let signedInAt = -Infinity
  for (let step = 0; step < events * REST_WITHIN_STEPS; step += 1) {
    await scheduler.step()
    if (step % LOOK_EVERY_STEPS !== 0) continue
    if (scheduler.now() - signedInAt > QUIET_FOR_MS) {
      signedInAt = scheduler.now()
      for (const device of devices) if (device.disk.connection.kind === 'signed-out') void device.signIn()
    }
    const busy = listBusy(database, devices, students)
    quietSince = busy.length === 0 ? Math.min(quietSince, scheduler.now()) : Infinity
    if (scheduler.now() - quietSince >= (isOffering() ? QUIET_WHILE_OFFERING_MS : QUIET_FOR_MS)) return []
  }
  return listBusy(database, devices, students).map((who) => `no rest was found: ${who}`)
}

interface Log {
  id: string
  head: number
}

interface Unpublished {
  conversation_id: string
  user_id: string
}

/** Receipts that others are told of, and were not yet. */
const UNPUBLISHED = `
  select receipt.conversation_id, receipt.user_id from receipt
  join member using (conversation_id, user_id) join conversation on conversation.id = receipt.conversation_id
  where unpublished > 0 and removed = 0 and member_count <= ${RECEIPT_MEMBERS_MAX}`

function listBusy(database: SimDatabase, devices: readonly Device[], students: readonly Student[]): string[] {
  const heads = new Map(
    database
      .all<Log>('select id, head from log union all select id, head from classroom_log')
      .map(({ id, head }) => [id, head]),
  )
  const busy = database
    .all<Unpublished>(UNPUBLISHED)
    .map((unpublished) => `something is unpublished: ${JSON.stringify(unpublished)}`)
  const look = <Entry extends Waiting>(
    who: string,
    log: string,
    disk: Followed<Entry>,
    isDecided: (entry: Entry, entries: readonly Entry[]) => boolean = isSettled,
  ) => {
    const { cursor, restoring } = disk.position
    const entries = [...disk.outbox.rows.values()]
    const waiting = entries.filter((entry) => !isDecided(entry, entries))
    if (cursor === heads.get(log) && !restoring && waiting.length === 0) return
    busy.push(
      `${who} is at ${cursor}${restoring ? ', restoring,' : ''} of ${heads.get(log)} in ${log}, and has ${JSON.stringify(waiting)}`,
    )
  }
  for (const { person, disk, desks } of devices) {
    look(person.userId, 'campus', disk, (entry) => isRefused(entry) || isPatient(disk, entry))
    for (const classroomId of listStaffed(database, person.userId)) {
      const desk = desks.get(classroomId)
      if (desk !== undefined) look(person.userId, `classroom-${classroomId}`, desk)
      else busy.push(`${person.userId} does not follow ${classroomId}`)
    }
    for (const hole of disk.holes.rows.values()) busy.push(`${person.userId} has not filled ${JSON.stringify(hole)}`)
  }
  for (const [index, { disk, classroom }] of students.entries()) {
    const state = JSON.stringify(disk.meta.rows.get('connection'))
    look(`student ${index} ${state}`, `classroom-${classroom.id}`, disk, isDecidedInRoom)
  }
  return busy
}

interface Waiting {
  state: { kind: string }
}

interface Followed<Entry extends Waiting> {
  position: { cursor: number; restoring: boolean }
  outbox: { rows: { values(): Iterable<Entry> } }
}

/** What was refused is its writer's to decide about. */
function isRefused({ state }: Waiting): boolean {
  return state.kind === 'refused'
}

function isSettled(entry: Waiting): boolean {
  return isRefused(entry) || isHeldOffer(entry)
}

/** Waits for a file that somebody paused, or is offered until somebody else comes; or is about a message that does. */
export function isPatient({ outbox, uploads }: Pick<Disk, 'outbox' | 'uploads'>, { id }: { id: string }): boolean {
  const paused = new Set(
    [...uploads.rows.values()].flatMap((one) => (one.state.kind === 'paused' ? [one.messageId] : [])),
  )
  const going = setAside([...outbox.rows.values()], (entry) => paused.has(entry.id) || isHeldOffer(entry))
  return !going.some((entry) => entry.id === id)
}

/** What a restored backup has lost is offered for days, as long as it rests on what somebody else may still offer. */
export function isHeldOffer({ state }: Waiting): boolean {
  return 'offeredAt' in state && 'hold' in state
}

/** With a refused question waits what else was written about it. */
export function isDecidedInRoom(entry: ClassroomOutboxEntry, entries: readonly ClassroomOutboxEntry[]): boolean {
  if (entry.state.kind === 'accepted') return false
  return (
    isRefused(entry) ||
    entries.some(
      (other) => isRefused(other) && other.command.type === 'question.ask' && other.subject === entry.subject,
    )
  )
}

/** The classrooms in which somebody answers now. */
export function listStaffed(database: SimDatabase, userId: string): string[] {
  return database
    .all<{ id: string }>('select classroom_id as id from classroom_staff where user_id = ? and removed = 0', userId)
    .map(({ id }) => id)
}
