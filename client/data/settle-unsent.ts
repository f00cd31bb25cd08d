import { drop, sendAgain } from '../sync/outbox.ts'
import type { Session } from './session.ts'

/** What a person can decide about something that was refused. */
export function tryAgain({ db }: Session, commandId: string): Promise<void> {
  return sendAgain(db, commandId)
}

export function discard({ db }: Session, commandId: string): Promise<void> {
  return drop(db, commandId)
}
