import type { ClassroomDownFrame } from '../../shared/classroom/frames.ts'
import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'
import type { ClassroomChanges } from '../classroom/classroom-logs.ts'

/*
 * What one audience of one classroom hears in this process. It exists while somebody listens.
 *
 *             resume: the cursor is the position, or recent memory reaches back to it
 *     behind ─────────────────────────────────────────────▶ live
 *       ▲                                                     │
 *       └─────────────────────────────────────────────────────┘
 *         too much was missed · another epoch · it does not drain · a cursor from the future
 *
 * A doorbell, or a look at the head, makes it read what is new, once for all who listen, and one frame is
 * encoded for all who are at its position. Each step of the log brings a frame, also one without rows,
 * so whoever is live always has the position as its cursor.
 */

/** Whoever listens: a socket or a waiting request. None of these may throw. */
export interface ClassroomListener {
  /** Whether it has too much unsent to take more. */
  isFull(): boolean
  send(frame: Buffer, type: ClassroomDownFrame['type']): void
  /** Looks at rows before they are sent; false ends it, without them. */
  mayHear?(rows: readonly ClassroomLogRow[]): boolean
}

export interface ClassroomPlace {
  /** Resolves with where the log stands, once that is known here. Throws when the store is away. */
  find(): Promise<{ epoch: string; head: number }>
  /** Goes on from a cursor, or is told that it is behind. Comes after `find`. */
  resume(epoch: string, cursor: number): void
  /** Sends a ping; a cursor that is still ahead of the log is put behind. */
  ping(): void
  remove(): void
}

export interface ClassroomChannel {
  join(listener: ClassroomListener): ClassroomPlace
  /** The log has reached `to`. */
  hear(to: number, epoch?: string): void
  /** Reads what is new, if anything is. */
  read(): void
  /** Tells all how many devices there are. */
  pingAll(): void
}

const ROWS_AT_ONCE_MAX = 500
/** What a socket that was away for a moment can catch up with, in rows and steps. */
const RECENT_ROWS_MAX = 1_000
const RECENT_STEPS_MAX = 200

interface Member {
  listener: ClassroomListener
  /** Whether it was resumed, and so is told of devices. */
  isGreeted: boolean
  /** Undefined while behind. */
  position: number | undefined
}

interface Step {
  from: number
  to: number
  rows: readonly ClassroomLogRow[]
}

export function encodeClassroomFrame(frame: ClassroomDownFrame): Buffer {
  return Buffer.from(JSON.stringify(frame))
}

const BEHIND = encodeClassroomFrame({ type: 'behind' })

export function createClassroomChannel(options: {
  findHead: () => Promise<{ epoch: string; head: number }>
  loadSince: (from: number, limit: number) => Promise<ClassroomChanges>
  getDevices: () => number
  /** Nobody listens any more. */
  onEmpty: () => void
  onError: (error: unknown) => void
}): ClassroomChannel {
  const members = new Set<Member>()
  let epoch = ''
  let position = 0
  let recent: Step[] = []
  let isReading = true
  let isAskedAgain = false

  const found = options.findHead().then((log) => {
    epoch = log.epoch
    position = log.head
    isReading = false
    if (isAskedAgain) read()
  })
  // Whoever waits for it hears of it.
  found.catch(() => undefined)

  function read(): void {
    isAskedAgain = isReading
    if (isReading) return
    isReading = true
    options
      .loadSince(position, ROWS_AT_ONCE_MAX)
      .then(take)
      .catch(options.onError)
      .finally(() => {
        isReading = false
        if (isAskedAgain) read()
      })
  }

  function take({ epoch: current, head, rows }: ClassroomChanges): void {
    if (current !== epoch || head < position || rows === null) {
      epoch = current
      position = head
      recent = []
      members.forEach(putBehind)
    } else if (head > position) {
      const step = { from: position, to: head, rows }
      position = head
      remember(step)
      const frame = encodeRows(step)
      for (const member of [...members]) tell(member, step, frame)
    }
  }

  function remember(step: Step): void {
    recent.push(step)
    let count = recent.reduce((sum, { rows }) => sum + rows.length, 0)
    while (count > RECENT_ROWS_MAX || recent.length > RECENT_STEPS_MAX) count -= recent.shift()?.rows.length ?? 0
  }

  function encodeRows({ from, to, rows }: Step): Buffer {
    return encodeClassroomFrame({ type: 'rows', from, to, rows: [...rows] })
  }

  function tell(member: Member, step: Step, frame: Buffer): void {
    const { listener, position: at } = member
    if (listener.mayHear?.(step.rows) === false) return void members.delete(member)
    if (at === undefined || at >= step.to) return
    if (listener.isFull()) return putBehind(member)
    // It may have pulled past the beginning of this step before it was heard of here.
    const rest = { from: at, to: step.to, rows: step.rows.filter(({ seq }) => seq > at) }
    listener.send(at === step.from ? frame : encodeRows(rest), 'rows')
    member.position = step.to
  }

  function putBehind(member: Member): void {
    if (member.position === undefined) return
    member.position = undefined
    member.listener.send(BEHIND, 'behind')
  }

  function findMissed(cursor: number): Step | undefined {
    const [oldest] = recent
    if (oldest === undefined || cursor < oldest.from) return undefined
    // A row may have changed more than once: only its last state is told.
    const rows = new Map<string, ClassroomLogRow>()
    for (const row of recent.flatMap((step) => step.rows)) if (row.seq > cursor) rows.set(toKey(row), row)
    return { from: cursor, to: position, rows: [...rows.values()] }
  }

  function sendPing(member: Member): void {
    const frame = encodeClassroomFrame({ type: 'ping', head: position, devices: options.getDevices() })
    member.listener.send(frame, 'ping')
  }

  return {
    join(listener) {
      const member: Member = { listener, isGreeted: false, position: undefined }
      members.add(member)
      return {
        async find() {
          await found
          return { epoch, head: position }
        },
        resume(clientEpoch, cursor) {
          if (!members.has(member)) return
          member.isGreeted = true
          const missed = cursor < position ? findMissed(cursor) : undefined
          if (clientEpoch !== epoch || (cursor < position && missed === undefined)) {
            member.position = undefined
            listener.send(BEHIND, 'behind')
          } else {
            member.position = Math.max(cursor, position)
            if (missed === undefined) sendPing(member)
            else listener.send(encodeRows(missed), 'rows')
          }
          // It knows more than was heard here: another epoch, or a position ahead.
          if ((clientEpoch !== '' && clientEpoch !== epoch) || cursor > position) read()
        },
        ping() {
          if (member.position !== undefined && member.position > position) putBehind(member)
          sendPing(member)
        },
        remove() {
          members.delete(member)
          if (members.size === 0) options.onEmpty()
        },
      }
    },
    hear(to, current = epoch) {
      if (to > position || current !== epoch) read()
    },
    read,
    pingAll() {
      for (const member of members) if (member.isGreeted) sendPing(member)
    },
  }
}

function toKey(row: ClassroomLogRow): string {
  switch (row.type) {
    case 'staff':
      return `staff ${row.userId}`
    case 'classroom':
    case 'desk':
      return row.type
    default:
      return `${row.type} ${row.id}`
  }
}
