import * as v from 'valibot'
import {
  approach,
  displayName,
  emoji,
  groupDescription,
  groupTitle,
  id,
  mentions,
  messageText,
  reason,
  role,
  pictureFile,
  messageNumber,
  seq,
  timeMs,
} from './fields.ts'
import { sentFile } from './files.ts'
import { FILES_PER_MESSAGE_MAX, GROUP_MEMBERS_MAX, RECEIVED_MAX, SLOW_SECONDS_MAX } from './limits.ts'

/**
 * What a client can ask for. Each command has an id that the client made; sent twice it is answered
 * twice and done once, and the same id with another body is refused with `id_taken`.
 */
/** Offered again after the log went back in time: it tells nobody that something happened in the group now. */
const again = v.optional(v.boolean())
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
  again,
})
export const renameGroup = v.object({
  type: v.literal('group.rename'),
  id,
  conversationId: id,
  title: groupTitle,
  again,
})
/** The command's id is the picture's id. Null takes the picture away. */
export const setGroupPicture = v.object({
  type: v.literal('group.picture'),
  id,
  conversationId: id,
  picture: v.nullable(pictureFile),
  again,
})
/** An empty description takes it away. */
export const describeGroup = v.object({
  type: v.literal('group.describe'),
  id,
  conversationId: id,
  description: groupDescription,
  again,
})
export const handOverGroup = v.object({ type: v.literal('group.hand-over'), id, conversationId: id, userId: id, again })
export const addMembers = v.object({ type: v.literal('member.add'), id, conversationId: id, userIds: people, again })
export const removeMember = v.object({ type: v.literal('member.remove'), id, conversationId: id, userId: id, again })
export const leaveGroup = v.object({ type: v.literal('member.leave'), id, conversationId: id })
/** The command's id is the message's id. `mentionsAll` is for groups. With `files` the text may be empty. */
export const sendMessage = v.object({
  type: v.literal('message.send'),
  id,
  conversationId: id,
  text: messageText,
  writtenAt: timeMs,
  replyToId: v.optional(v.nullable(id), null),
  mentions: v.optional(mentions, []),
  mentionsAll: v.optional(v.boolean(), false),
  forwarded: v.optional(v.boolean(), false),
  files: v.optional(v.pipe(v.array(sentFile), v.maxLength(FILES_PER_MESSAGE_MAX, 'has too many files'))),
})
export const editMessage = v.object({
  type: v.literal('message.edit'),
  id,
  conversationId: id,
  messageId: id,
  text: messageText,
  mentions: v.optional(mentions, []),
  mentionsAll: v.optional(v.boolean(), false),
})
export const deleteMessage = v.object({ type: v.literal('message.delete'), id, conversationId: id, messageId: id })
/** Deletes a message for oneself alone, on all of one's devices, or brings it back. */
export const hideMessage = v.object({
  type: v.literal('message.hide'),
  id,
  conversationId: id,
  messageId: id,
  hidden: v.boolean(),
})
/** Pins a message for everybody in a direct conversation or a group, or takes it down. */
export const pinMessage = v.object({
  type: v.literal('message.pin'),
  id,
  conversationId: id,
  messageId: id,
  pinned: v.boolean(),
})
/** Puts an emoji of one's own under a message, or takes it away. */
export const setReaction = v.object({
  type: v.literal('reaction.set'),
  id,
  conversationId: id,
  messageId: id,
  emoji,
  on: v.boolean(),
})
/** "This device holds these conversations up to and with message n." An older position changes nothing. */
export const receive = v.object({
  type: v.literal('receive'),
  id,
  positions: v.pipe(
    v.array(v.object({ conversationId: id, n: messageNumber })),
    v.minLength(1, 'names no conversation'),
    v.maxLength(RECEIVED_MAX, 'names too many conversations'),
  ),
})
/** "I have read up to and with message n." A position only moves forward; an older one changes nothing. */
export const read = v.object({ type: v.literal('read'), id, conversationId: id, n: messageNumber })
/** Arranges a conversation for oneself; what is left out stays as it is. */
export const setConversation = v.object({
  type: v.literal('conversation.set'),
  id,
  conversationId: id,
  mutedUntil: v.optional(v.nullable(timeMs)),
  pinned: v.optional(v.boolean()),
  archivedN: v.optional(v.nullable(seq)),
  markedUnread: v.optional(v.boolean()),
})
/** Keeps what one has begun to write for one's other devices. An older draft than the one kept changes nothing. */
export const setDraft = v.object({
  type: v.literal('draft.set'),
  id,
  conversationId: id,
  text: messageText,
  replyToId: v.nullable(id),
  changedAt: timeMs,
})
export const setPreference = v.object({
  type: v.literal('preference.set'),
  id,
  seen: v.optional(v.boolean()),
  presence: v.optional(v.boolean()),
  directFrom: v.optional(approach),
  addFrom: v.optional(approach),
})
/** Blocks somebody, or lets them in again. They are not told. */
export const setBlock = v.object({ type: v.literal('block.set'), id, userId: id, blocked: v.boolean() })
/** Answers what one is asked: whether one takes up a direct conversation, or comes into a group. */
export const answerRequest = v.object({
  type: v.literal('request.answer'),
  id,
  conversationId: id,
  accepted: v.boolean(),
})
/** Leaves a group, so that nobody adds one to it any more; not `forGood`, one may be added again. */
export const leaveForGood = v.object({
  type: v.literal('member.leave-for-good'),
  id,
  conversationId: id,
  forGood: v.boolean(),
})
/** The command's id is the picture's id. Null takes the picture away. */
export const setPicture = v.object({ type: v.literal('profile.picture'), id, picture: v.nullable(pictureFile) })
export const renameProfile = v.object({ type: v.literal('profile.rename'), id, name: displayName })

/** Of moderators: takes somebody's message away for everybody, wherever it is. */
export const takeMessageAway = v.object({
  type: v.literal('message.take-away'),
  id,
  conversationId: id,
  messageId: id,
  reason,
})
/** Who may write in a conversation, and how fast: of moderators, and of whoever leads the group. */
export const governConversation = v.object({
  type: v.literal('conversation.govern'),
  id,
  conversationId: id,
  posting: v.picklist(['everybody', 'leaders', 'moderators']),
  slowSeconds: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(SLOW_SECONDS_MAX)),
})
/** Gives somebody a role; of operators. */
export const setRole = v.object({ type: v.literal('role.set'), id, userId: id, role })
/** Suspends somebody's account, with the reason that they read, or restores it; of moderators. */
export const setSuspension = v.object({
  type: v.literal('suspension.set'),
  id,
  userId: id,
  /** Null restores it. */
  reason: v.nullable(reason),
})

export const command = v.variant('type', [
  createDirect,
  createGroup,
  renameGroup,
  setGroupPicture,
  describeGroup,
  handOverGroup,
  addMembers,
  removeMember,
  leaveGroup,
  sendMessage,
  editMessage,
  deleteMessage,
  hideMessage,
  pinMessage,
  setReaction,
  receive,
  read,
  setConversation,
  setDraft,
  setPreference,
  setPicture,
  renameProfile,
  takeMessageAway,
  governConversation,
  setRole,
  setSuspension,
  setBlock,
  answerRequest,
  leaveForGood,
])
export type Command = v.InferOutput<typeof command>
export type CommandOf<Type extends Command['type']> = Extract<Command, { type: Type }>
