import { uuidv7 } from 'uuidv7'
import type { Command } from '../../../shared/protocol/commands.ts'
import { enqueue } from '../../sync/outbox.ts'
import { beginDirect } from '../conversations/begin-direct.ts'
import type { MessageView } from './message-view.ts'
import type { Session } from '../session.ts'

/** Where something is forwarded to; `withUserId` begins the conversation with somebody when it is not begun. */
export interface ForwardTarget {
  conversationId: string
  withUserId: string | null
}

/**
 * Sends these messages' texts to each target, in the order given. Deleted ones stay behind, and nobody is mentioned anew. One's
 * own words that were never sent are not `forwarded`.
 */
export async function forwardMessages(
  session: Session,
  messages: readonly Pick<MessageView, 'text'>[],
  targets: readonly ForwardTarget[],
  forwarded = true,
): Promise<void> {
  const { db, now, clock } = session
  const texts = messages.flatMap(({ text }) => (text === null ? [] : [text]))
  if (texts.length === 0) return
  await db.transaction('rw', db.outbox, db.conversations, async () => {
    for (const { conversationId, withUserId } of targets) {
      const sends = texts.map((text): Command => ({
        ...{ type: 'message.send', id: uuidv7(), conversationId, text, writtenAt: now() },
        ...{ replyToId: null, mentions: [], mentionsAll: false, forwarded },
      }))
      await enqueue(db, [...(await beginDirect(session, conversationId, withUserId)), ...sends], clock.now())
    }
  })
}
