import { uuidv7 } from 'uuidv7'
import { cleanLine, cleanText } from '../../../shared/clean-text.ts'
import type { Command, CommandOf } from '../../../shared/protocol/commands.ts'
import { enqueue } from '../../sync/outbox.ts'
import { queuePicture } from '../people/queue-picture.ts'
import type { Session } from '../session.ts'

/** Begins a group and answers with its id, which is known before any server has heard of it. */
export async function createGroup(session: Session, title: string, userIds: readonly string[]): Promise<string> {
  const conversationId = uuidv7()
  await queue(session, {
    type: 'group.create',
    id: uuidv7(),
    conversationId,
    title: cleanLine(title),
    userIds: [...userIds],
  })
  return conversationId
}

export function renameGroup(session: Session, conversationId: string, title: string): Promise<void> {
  return queue(session, { type: 'group.rename', id: uuidv7(), conversationId, title: cleanLine(title) })
}

/** Makes a JPEG, cropped and shrunk already, the group's picture; it is shown here at once. */
export function setGroupPicture(
  session: Session,
  conversationId: string,
  jpeg: Uint8Array,
): Promise<'queued' | 'too-large'> {
  return queuePicture(session, jpeg, (id, picture) => ({ type: 'group.picture', id, conversationId, picture }))
}

/** Says who may write in a conversation, and how many seconds lie between two messages of one person. */
export function governConversation(
  session: Session,
  conversationId: string,
  choice: Pick<CommandOf<'conversation.govern'>, 'posting' | 'slowSeconds'>,
): Promise<void> {
  return queue(session, { type: 'conversation.govern', id: uuidv7(), conversationId, ...choice })
}

export function removeGroupPicture(session: Session, conversationId: string): Promise<void> {
  return queue(session, { type: 'group.picture', id: uuidv7(), conversationId, picture: null })
}

/** Says what a group is about; an empty text takes that away. */
export function describeGroup(session: Session, conversationId: string, text: string): Promise<void> {
  const description = cleanText(text).trim()
  return queue(session, { type: 'group.describe', id: uuidv7(), conversationId, description })
}

export function addMembers(session: Session, conversationId: string, userIds: readonly string[]): Promise<void> {
  return queue(session, { type: 'member.add', id: uuidv7(), conversationId, userIds: [...userIds] })
}

export function removeMember(session: Session, conversationId: string, userId: string): Promise<void> {
  return queue(session, { type: 'member.remove', id: uuidv7(), conversationId, userId })
}

export function handOverGroup(session: Session, conversationId: string, userId: string): Promise<void> {
  return queue(session, { type: 'group.hand-over', id: uuidv7(), conversationId, userId })
}

export function leaveGroup(session: Session, conversationId: string): Promise<void> {
  return queue(session, { type: 'member.leave', id: uuidv7(), conversationId })
}

function queue({ db, clock }: Session, command: Command): Promise<void> {
  return enqueue(db, [command], clock.now())
}
