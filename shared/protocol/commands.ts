import * as v from 'valibot'
import { displayName, groupTitle, id, messageText, placeInConversation, timeMs } from './fields.ts'
import { GROUP_MEMBERS_MAX } from './limits.ts'

/**
 * What a client can ask for. Each command has an id that the client made; sent twice it is answered
 * twice and done once, and the same id with another body is refused with `id_taken`.
 */
const people = v.pipe(
  v.array(id),
  v.minLength(1, 'names nobody'),
  v.maxLength(GROUP_MEMBERS_MAX, 'names too many people'),
)

/** Begins the conversation of two people. `conversationId` must be `directId(me, userId)`; begun again, it changes nothing. */
export const createDirect = v.object({ type: v.literal('direct.create'), id, conversationId: id, userId: id })
/** Whoever creates a group leads it and is in it. */
export const createGroup = v.object({
  type: v.literal('group.create'),
  id,
  conversationId: id,
  title: groupTitle,
  userIds: v.pipe(v.array(id), v.maxLength(GROUP_MEMBERS_MAX, 'names too many people')),
})
export const renameGroup = v.object({ type: v.literal('group.rename'), id, conversationId: id, title: groupTitle })
export const handOverGroup = v.object({ type: v.literal('group.hand-over'), id, conversationId: id, userId: id })
export const addMembers = v.object({ type: v.literal('member.add'), id, conversationId: id, userIds: people })
export const removeMember = v.object({ type: v.literal('member.remove'), id, conversationId: id, userId: id })
export const leaveGroup = v.object({ type: v.literal('member.leave'), id, conversationId: id })
/** The command's id is the message's id. */
export const sendMessage = v.object({
  type: v.literal('message.send'),
  id,
  conversationId: id,
  text: messageText,
  writtenAt: timeMs,
})
export const editMessage = v.object({
  type: v.literal('message.edit'),
  id,
  conversationId: id,
  messageId: id,
  text: messageText,
})
export const deleteMessage = v.object({ type: v.literal('message.delete'), id, conversationId: id, messageId: id })
/** "I have read up to and with message n." A position only moves forward; an older one changes nothing. */
export const read = v.object({ type: v.literal('read'), id, conversationId: id, n: placeInConversation })
export const renameProfile = v.object({ type: v.literal('profile.rename'), id, name: displayName })

export const command = v.variant('type', [
  createDirect,
  createGroup,
  renameGroup,
  handOverGroup,
  addMembers,
  removeMember,
  leaveGroup,
  sendMessage,
  editMessage,
  deleteMessage,
  read,
  renameProfile,
])
export type Command = v.InferOutput<typeof command>
export type CommandOf<Type extends Command['type']> = Extract<Command, { type: Type }>
