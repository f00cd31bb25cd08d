import type { Bus } from '../../server/bus/bus.ts'
import type { SignalListener } from '../../server/bus/signals.ts'
import { createHub, type Hub } from '../../server/live/hub.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import type { Backend } from './backend.ts'
import type { FakeClock } from './fake-clock.ts'

/** The live half of one server process, with what it says and asks laid open. */
export interface Process {
  readonly hub: Hub
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
}

export async function startProcess(backend: Backend, bus: Bus, clock: FakeClock): Promise<Process> {
  const words: Process['words'] = []
  let isAlive = true
  const say = (kind: Process['words'][number]['kind'], userIds: readonly string[], speak: () => void) => {
    if (!isAlive) return
    words.push({ kind, userIds })
    speak()
  }
  const laidOpen: Bus = {
    ...bus,
    publishTyping: (typing) => say('typing', [typing.userId], () => bus.publishTyping(typing)),
    askPresence: (question) => say('asked', question.userIds, () => bus.askPresence(question)),
    publishPresence: (presence) => say('presence', presence.userIds, () => bus.publishPresence(presence)),
    listenToSignals(listener: SignalListener) {
      const hears = () => isAlive && !process.isDeaf
      return bus.listenToSignals({
        onTyping: (typing) => hears() && listener.onTyping(typing),
        onPresenceAsked: (question) => hears() && listener.onPresenceAsked(question),
        onPresence: (presence) => hears() && listener.onPresence(presence),
      })
    },
  }
  const statements: string[] = []
  const left: string[] = []
  const errors: unknown[] = []
  const hub = createHub({
    log: CAMPUS_LOG,
    store: backend.openStore((statement) => statements.push(statement)),
    bus: laidOpen,
    clock,
    onLeft: (sessionId) => left.push(sessionId),
    onError: (error) => errors.push(error),
  })
  const process: Process = {
    hub,
    clock,
    words,
    statements,
    left,
    errors,
    isDeaf: false,
    die: () => (isAlive = false),
  }
  await hub.start()
  return process
}
