import type { Bus, Channel } from '../../server/bus/bus.ts'
import { presence, presenceAsked, typing } from '../../server/bus/channels.ts'
import type { Campus, CampusRow } from '../../server/campus/types.ts'
import type { Hub } from '../../server/live/hub.ts'
import type { Attended, Signals } from '../../server/live/signals.ts'
import type { DownFrame } from '../../shared/protocol/down.ts'
import type { Backend } from './backend.ts'
import type { FakeClock } from './fake-clock.ts'
import { followLog, type TestFollower } from './follower.ts'
import { startCampusLive } from './live.ts'

/** The live half of one server process, with what it says and asks laid open. */
export interface Process {
  readonly hub: Hub<Campus>
  readonly signals: Signals
  readonly clock: FakeClock
  /** What it said on the bus that is only for now, in order. */
  readonly words: { kind: 'typing' | 'asked' | 'presence'; userIds: readonly string[] }[]
  /** The statements that it sent to the database. */
  readonly statements: string[]
  /** The sessions whose last socket went. */
  readonly left: string[]
  readonly errors: unknown[]
  /** While true it hears nothing of what is only for now. */
  isDeaf: boolean
  /** It says and hears nothing any more, without a word. */
  die(): void
  close(): void
}

const FOR_NOW: readonly string[] = [typing.name, presenceAsked.name, presence.name]

export async function startProcess(backend: Backend, bus: Bus, clock: FakeClock): Promise<Process> {
  const words: Process['words'] = []
  let isAlive = true
  const laidOpen: Bus = {
    ...bus,
    publish<Word>(channel: Channel<Word>, word: Word) {
      if (!isAlive) return
      // A word is what its channel says that it is; of a name TypeScript does not know that.
      const { userId = '', userIds = [userId] } = word as { userId?: string; userIds?: string[] }
      if (channel.name === typing.name) words.push({ kind: 'typing', userIds })
      else if (channel.name === presenceAsked.name) words.push({ kind: 'asked', userIds })
      else if (channel.name === presence.name) words.push({ kind: 'presence', userIds })
      bus.publish(channel, word)
    },
    listen: (channel, listener) =>
      bus.listen(channel, (word) => {
        const isForNow = FOR_NOW.includes(channel.name)
        if (!isForNow || (isAlive && !process.isDeaf)) listener(word)
      }),
  }
  const statements: string[] = []
  const left: string[] = []
  const errors: unknown[] = []
  const { hub, signals, close } = await startCampusLive({
    store: backend.openStore((statement) => statements.push(statement)),
    bus: laidOpen,
    clock,
    onLeft: (sessionId) => left.push(sessionId),
    onError: (error) => errors.push(error),
  })
  const process: Process = {
    hub,
    signals,
    clock,
    words,
    statements,
    left,
    errors,
    isDeaf: false,
    die: () => (isAlive = false),
    close,
  }
  return process
}

/** A socket from its hello on, as what is only for now sees it, and what it was told. */
export interface TestAttendee {
  readonly attended: Attended
  /** What it was told of what is only for now. */
  readonly frames: DownFrame[]
  /** What it was told of the log. */
  readonly follower: TestFollower<CampusRow>
  /** Takes what was told of what is only for now since the last time. */
  take(): DownFrame[]
  fill(): void
  /** It closed. */
  leave(): void
}

let sessions = 0

export function attend(
  { hub, signals }: Pick<Process, 'hub' | 'signals'>,
  userId: string,
  { sessionId = `session-${(sessions += 1)}`, onFrame }: { sessionId?: string; onFrame?: (frame: Buffer) => void } = {},
): TestAttendee {
  const frames: DownFrame[] = []
  let taken = 0
  let full = false
  const follower = followLog(hub, { userId })
  const attended = signals.attend({
    userId,
    sessionId,
    isFull: () => full,
    send(frame) {
      onFrame?.(frame)
      frames.push(JSON.parse(frame.toString()) as DownFrame)
    },
  })
  return {
    attended,
    frames,
    follower,
    take() {
      const fresh = frames.slice(taken)
      taken = frames.length
      return fresh
    },
    fill: () => (full = true),
    leave() {
      follower.following.remove()
      attended.leave()
    },
  }
}
