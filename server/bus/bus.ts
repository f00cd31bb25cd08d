import type { ClassroomListener, ClassroomChange, DeviceCount } from './classrooms.ts'
import type { LogRow } from './log-row.ts'
import type { PresenceQuestion, PresenceSignal, SignalListener, TypingSignal } from './signals.ts'

/** What one transaction added to a log: every row that changed after `from`, up to and with `to`. */
export interface PublishedBatch {
  log: string
  epoch: string
  from: number
  to: number
  rows: readonly LogRow[]
}

export interface BusListener {
  onBatch(batch: PublishedBatch): void
  onSessionsEnded(sessionIds: readonly string[]): void
  /** What was said lately may have been missed: the connection was lost and is there again. */
  onResumed(): void
}

/**
 * Tells every server process, this one too, what happened. A doorbell: it may lose a word, and never
 * speaks a wrong one; whoever listens asks the log for what is missing.
 */
export interface Bus {
  publishBatch(batch: PublishedBatch): void
  publishSessionsEnded(sessionIds: readonly string[]): void
  /** Returns the function that stops listening. */
  listen(listener: BusListener): () => void
  publishTyping(typing: TypingSignal): void
  askPresence(question: PresenceQuestion): void
  publishPresence(presence: PresenceSignal): void
  /** Hears what is only for now. Returns the function that stops listening. */
  listenToSignals(listener: SignalListener): () => void
  publishClassroomChange(change: ClassroomChange): void
  publishDeviceCount(count: DeviceCount): void
  /** Hears of classrooms. Returns the function that stops listening. */
  listenToClassrooms(listener: ClassroomListener): () => void
  close(): Promise<void>
}
