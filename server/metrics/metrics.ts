import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Campus } from '../campus/types.ts'
import type { HubObserver } from '../live/hub.ts'
import type { SocketDoor } from '../live/sockets.ts'
import type { ObserveBatch } from '../log/group-commit.ts'
import type { KindTypes } from '../log/kind.ts'
import type { Sequencer } from '../log/sequencer.ts'
import type { Store } from '../store/store.ts'
import { createClassroomTotals } from './classroom-totals.ts'
import { toErrorKind } from './error-kind.ts'
import { type AnswerObserver, createAnswerObserver } from './observe-answers.ts'
import { createCommitObserver } from './observe-commits.ts'
import { createSocketObserver, watchDoor } from './observe-doors.ts'
import { createHubObserver } from './observe-hub.ts'
import { createCommandObserver, watchCommands } from './observe-sequencer.ts'
import { createStoreObserver } from './observe-store.ts'
import { type CertificateState, watchCertificate } from './certificate.ts'
import { type ServerState, watchState } from './state.ts'
import { createTally } from './tally.ts'

/*
 * What this process can say of itself in figures, in the text format of Prometheus. Each part is watched from outside, or
 * tells an observer that it was handed; a server without metrics has neither, and pays nothing.
 *
 * No label names a person, a conversation, a classroom or an address, and each has a few values that are known beforehand.
 * The store that classrooms write to is not watched: its figures would move with each question (see classroom-totals.ts).
 */

export interface Metrics {
  readonly contentType: string
  /** All of it, in the text format. */
  write(): Promise<string>
  /** Parts, watched. */
  watchStore(store: Store): Store
  watchCampus(sequencer: Sequencer<Campus>): Sequencer<Campus>
  watchClassrooms<Types extends KindTypes>(sequencer: Sequencer<Types>): Sequencer<Types>
  watchCampusDoor(door: SocketDoor): SocketDoor
  watchClassroomDoor(door: SocketDoor): SocketDoor
  watchState(state: ServerState): void
  watchCertificate(certificate: CertificateState): void
  readonly onBatch: ObserveBatch
  readonly hub: HubObserver
  readonly answers: AnswerObserver
  onError(error: unknown): void
  onClassroomError(): void
}

/** `toStep` rounds a time down as those of questions are. */
export function createMetrics(now: () => number, toStep: (ms: number) => number): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const classrooms = createClassroomTotals(registry, now, toStep)
  const sockets = createSocketObserver(registry)
  const errors = createTally(registry, {
    name: 'chatbox_errors_total',
    help: 'Unexpected errors, each of which has a line in the log, by what they are about.',
    labels: ['kind'],
  })
  return {
    contentType: registry.contentType,
    write: () => registry.metrics(),
    watchStore: createStoreObserver(registry),
    watchCampus: createCommandObserver(registry),
    watchClassrooms: (sequencer) => watchCommands(sequencer, (_, outcome) => classrooms.onCommand(outcome)),
    watchCampusDoor: (door) => watchDoor(door, sockets),
    watchClassroomDoor: (door) => watchDoor(door, { onSocket: classrooms.onSocket }),
    watchState: (state) => watchState(registry, state),
    watchCertificate: (certificate) => watchCertificate(registry, certificate),
    onBatch: createCommitObserver(registry),
    hub: createHubObserver(registry),
    answers: createAnswerObserver(registry, classrooms.onRequest),
    onError: (error) => errors.add([toErrorKind(error)]),
    onClassroomError: classrooms.onError,
  }
}
