import { uuidv7 } from 'uuidv7'
import type { Command, CommandOf } from '../../../shared/protocol/commands.ts'
import { takeChosen } from '../../sync/files/take-chosen.ts'
import { enqueue, sendAgain } from '../../sync/outbox.ts'
import { beginDirect } from '../conversations/begin-direct.ts'
import { enqueueInPlaceOfDraft } from '../composing/draft.ts'
import { findMentions } from '../composing/find-mentions.ts'
import { toOutgoingText } from '../composing/outgoing-text.ts'
import { saveThreadAnswer, type ThreadAnswerText } from '../composing/thread-answers.ts'
import { keepForMessage, type ChosenFile } from '../files/chosen-files.ts'
import type { Session } from '../session.ts'

/**
 * Queues a message, perhaps a reply, with the chosen files that are named. The first one to a person also begins their
 * conversation; what was drafted there is drafted no more, here and on one's other devices.
 */
export async function sendMessage(
  session: Session,
  conversationId: string,
  typed: string,
  withUserId: string | null,
  replyToId: string | null = null,
  fileIds: readonly string[] = [],
): Promise<void> {
  const text = toOutgoingText(typed)
  if (text === '' && fileIds.length === 0) return
  const mentioned = await findMentions(session, conversationId, text)
  const send: CommandOf<'message.send'> = {
    ...{ type: 'message.send', id: uuidv7(), conversationId, text, writtenAt: session.now(), replyToId },
    ...{ ...mentioned, forwarded: false },
  }
  const list = async (): Promise<Command[]> => {
    const files = fileIds.length === 0 ? [] : await takeChosen(session.db.uploads, fileIds, send.id)
    // Another tab has sent them just now.
    if (text === '' && files.length === 0) return []
    const begun = await beginDirect(session, conversationId, withUserId)
    return [...begun, files.length === 0 ? send : { ...send, files }]
  }
  await enqueueInPlaceOfDraft(session, conversationId, list)
}

/** Queues a voice message of its own; what is being written meanwhile stays a draft. */
export async function sendVoiceMessage(
  session: Session,
  conversationId: string,
  voice: ChosenFile,
  withUserId: string | null,
): Promise<void> {
  const { db, clock, now } = session
  const messageId = uuidv7()
  const upload = await keepForMessage(session, conversationId, messageId, voice)
  const send: Command = {
    ...{ type: 'message.send', id: messageId, conversationId, text: '', writtenAt: now(), replyToId: null },
    ...{ mentions: [], mentionsAll: false, forwarded: false, files: [{ id: upload.id, description: '' }] },
  }
  await db.transaction('rw', db.outbox, db.conversations, db.uploads, async () => {
    await db.uploads.add(upload)
    await enqueue(db, [...(await beginDirect(session, conversationId, withUserId)), send], clock.now())
  })
}

/**
 * Queues a reply that was written in a thread, in one transaction with forgetting that it was begun there: only what is
 * left of that is kept. The draft of the conversation's own field stays.
 */
export async function sendThreadAnswer(
  session: Session,
  conversationId: string,
  typed: string,
  replyToId: string,
  left: () => ThreadAnswerText,
): Promise<void> {
  const { db, now, clock } = session
  const text = toOutgoingText(typed)
  if (text === '') return
  const mentioned = await findMentions(session, conversationId, text)
  const send: Command = {
    ...{ type: 'message.send', id: uuidv7(), conversationId, text, writtenAt: now(), replyToId },
    ...{ ...mentioned, forwarded: false },
  }
  await db.transaction('rw', db.outbox, db.edits, async () => {
    await enqueue(db, [send], clock.now())
    await saveThreadAnswer(session, left())
  })
}

/** Sends a refused message once more with another text, in one transaction with forgetting that it was begun. */
export async function sendRewritten(session: Session, messageId: string, typed: string): Promise<void> {
  const { db, clock } = session
  const entry = await db.outbox.get({ id: messageId })
  const text = toOutgoingText(typed)
  if (entry?.command.type !== 'message.send') return
  const { command } = entry
  if (text === '' && command.files === undefined) return
  const mentioned = command.forwarded ? {} : await findMentions(session, command.conversationId, text)
  const rewritten = { ...command, ...mentioned, text } satisfies CommandOf<'message.send'>
  await db.transaction('rw', db.outbox, db.edits, async () => {
    await sendAgain(db, messageId, clock.now(), rewritten)
    await db.edits.delete(messageId)
  })
}
