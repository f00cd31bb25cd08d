import { uuidv7 } from 'uuidv7'
import type { Command } from '../../../shared/protocol/commands.ts'
import { enqueue } from '../../sync/outbox.ts'
import type { Session } from '../session.ts'

/** Blocks somebody, or lets them in again. */
export function setBlock(session: Session, userId: string, blocked: boolean): Promise<void> {
  return queue(session, { type: 'block.set', id: uuidv7(), userId, blocked })
}

/** Takes up what one is asked, or declines it. */
export function answerRequest(session: Session, conversationId: string, accepted: boolean): Promise<void> {
  return queue(session, { type: 'request.answer', id: uuidv7(), conversationId, accepted })
}

/** Leaves a group so that nobody adds one again, or lets others do so again. */
export function leaveForGood(session: Session, conversationId: string, forGood: boolean): Promise<void> {
  return queue(session, { type: 'member.leave-for-good', id: uuidv7(), conversationId, forGood })
}

function queue({ db, clock }: Session, command: Command): Promise<void> {
  return enqueue(db, [command], clock.now())
}
