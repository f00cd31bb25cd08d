import { drop, sendAgain } from '../../sync/outbox.ts'
import type { Session } from '../session.ts'

/** Sends what was refused once more, as it is. */
export function retryUnsent({ db, clock }: Session, commandId: string): Promise<void> {
  return sendAgain(db, commandId, clock.now())
}

/** Removes what was refused for good. */
export function discardUnsent({ db }: Session, commandId: string): Promise<void> {
  return drop(db, commandId)
}
