import { uuidv7 } from 'uuidv7'
import type { Command } from '../../../shared/protocol/commands.ts'
import type { SentFile } from '../../../shared/protocol/files.ts'
import { enqueue } from '../../sync/outbox.ts'
import { beginDirect } from '../conversations/begin-direct.ts'
import type { FileView } from './file-view.ts'
import { toLine } from './file-words.ts'
import type { MessageView } from './message-view.ts'
import type { Session } from '../session.ts'

/** What is forwarded: a text, and the files of the message that carries them. */
export interface Forwarded extends Pick<MessageView, 'text'> {
  carried?: { from: { conversationId: string; messageId: string }; files: readonly FileView[] }
}

/** Where something is forwarded to; `withUserId` begins the conversation with somebody when it is not begun. */
export interface ForwardTarget {
  conversationId: string
  withUserId: string | null
}

/**
 * Sends these messages' texts and files to each target, in the order given. Deleted ones stay behind, as do files that are
 * on their way themselves, and nobody is mentioned anew. One's own words that were never sent are not `forwarded`.
 */
export async function forwardMessages(
  session: Session,
  messages: readonly Forwarded[],
  targets: readonly ForwardTarget[],
  forwarded = true,
): Promise<void> {
  const { db, now, clock } = session
  const said = messages.flatMap((message) => toSaid(message) ?? [])
  if (said.length === 0) return
  await db.transaction('rw', db.outbox, db.conversations, async () => {
    for (const { conversationId, withUserId } of targets) {
      const sends = said.map((one): Command => ({
        ...{ type: 'message.send', id: uuidv7(), conversationId, ...one, writtenAt: now() },
        ...{ replyToId: null, mentions: [], mentionsAll: false, forwarded },
      }))
      await enqueue(db, [...(await beginDirect(session, conversationId, withUserId)), ...sends], clock.now())
    }
  })
}

/** A message of a conversation, to be forwarded. */
export function toForwarded(conversationId: string, { id, text, files }: MessageView): Forwarded {
  return { text, carried: { from: { conversationId, messageId: id }, files } }
}

/** What is forwarded, in one line. */
export function toForwardedLine({ text, carried }: Forwarded): string {
  return toLine(text, carried?.files) ?? ''
}

/** What a forwarded message says; nothing where nothing is left of it. */
function toSaid({ text, carried }: Forwarded): { text: string; files?: SentFile[] } | undefined {
  if (text === null) return undefined
  const { from, files } = carried ?? { from: undefined, files: [] }
  const sent = files
    .filter(({ upload }) => upload === null)
    .map(({ id, description }): SentFile => ({ id, description, ...(from !== undefined && { from }) }))
  if (sent.length > 0) return { text, files: sent }
  return text === '' ? undefined : { text }
}
