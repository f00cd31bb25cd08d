import * as v from 'valibot'
import { emoji, id, messageNumber, role, seq, timeMs } from './fields.ts'
import { messageFile } from './files.ts'
import { GROUP_MEMBERS_MAX } from './limits.ts'

/**
 * Somebody with an account. Everybody may see every user, and gets them all unless Everyone is crowded. `pictureId` is what
 * `GET /api/pictures/:id` takes. `former` is who deleted their account: the row stays for what has its id, with a name that says so.
 */
export const userRow = v.object({
  type: v.literal('user'),
  seq,
  id,
  handle: v.string(),
  name: v.string(),
  pictureId: v.nullable(id),
  createdAt: timeMs,
  former: v.optional(v.boolean()),
})

/**
 * A direct conversation has neither title nor creator; Everyone has no creator. Only a group has a picture and a description,
 * which are left out while it has none; `pictureId` is what `GET /api/pictures/:id` takes of its members. Only
 * Everyone says whether it is crowded: then a device holds those whom it meets, and asks for others.
 */
export const conversationRow = v.object({
  type: v.literal('conversation'),
  seq,
  id,
  kind: v.picklist(['direct', 'group', 'everyone']),
  title: v.nullable(v.string()),
  creatorId: v.nullable(id),
  createdAt: timeMs,
  pictureId: v.optional(id),
  description: v.optional(v.string()),
  crowded: v.optional(v.boolean()),
  /**
   * Who may write here; left out where everybody in it may. Leaders are who leads the group, and moderators. Nobody does in a direct
   * conversation with somebody who deleted their account.
   */
  posting: v.optional(v.picklist(['leaders', 'moderators', 'nobody'])),
  /** Slow mode: so many seconds lie between two messages of one person; left out where there is none. */
  slowSeconds: v.optional(v.number()),
})

/**
 * One person's membership of a direct conversation or a group; Everyone has no member rows.
 * `since` is the seq at which this membership began: a new value means that whatever a device holds
 * of the conversation from before is void. `removed` is the tombstone; `removedBy` and `removedAt` say who ended the
 * membership and when, where that is known: who leads the group, or the member.
 */
export const memberRow = v.object({
  type: v.literal('member'),
  seq,
  conversationId: id,
  userId: id,
  since: seq,
  removed: v.boolean(),
  removedBy: v.optional(id),
  removedAt: v.optional(timeMs),
})

/**
 * `text` is null once the message was deleted; the row stays, so that `n` is dense. It is empty where a message is nothing
 * but its files. In the text a mention is `@` with the handle of somebody in `mentions`, or `@everyone` with `mentionsAll`.
 */
export const messageRow = v.object({
  type: v.literal('message'),
  seq,
  id,
  conversationId: id,
  n: messageNumber,
  authorId: id,
  text: v.nullable(v.string()),
  writtenAt: timeMs,
  sentAt: timeMs,
  editedAt: v.nullable(timeMs),
  /** The message of the same conversation that this one answers. */
  replyTo: v.nullable(v.object({ messageId: id, n: messageNumber })),
  mentions: v.array(id),
  mentionsAll: v.boolean(),
  forwarded: v.boolean(),
  /** When it was pinned for all; null when it is not. */
  pinnedAt: v.nullable(timeMs),
  /** Who pinned it, where that is known. */
  pinnedBy: v.optional(id),
  /** How many earlier versions there are: `revision` rows 1 to this number. */
  edits: v.number(),
  /** Left out where there are none, as of a message that was deleted. */
  files: v.optional(v.array(messageFile)),
  /** A moderator took it away: its text is null, and not by its author's doing. */
  takenAway: v.optional(v.boolean()),
})

/** An earlier text of an edited message, `k` counted from 1, and since when it stood; null once the message was deleted. */
export const revisionRow = v.object({
  type: v.literal('revision'),
  seq,
  conversationId: id,
  messageId: id,
  k: messageNumber,
  text: v.nullable(v.string()),
  at: timeMs,
})

/** All emoji that one person has under one message; none is the tombstone. */
export const reactionRow = v.object({
  type: v.literal('reaction'),
  seq,
  conversationId: id,
  messageId: id,
  userId: id,
  emoji: v.array(emoji),
})

/** What somebody did with a group. */
const groupChange = v.variant('kind', [
  v.object({ kind: v.literal('began'), title: v.string() }),
  v.object({ kind: v.literal('added'), userIds: v.array(id) }),
  v.object({ kind: v.literal('removed'), userId: id }),
  /** Who leads it from then on, when whoever left had led it. */
  v.object({ kind: v.literal('left'), leaderId: v.nullable(id) }),
  v.object({ kind: v.literal('renamed'), title: v.string() }),
  v.object({ kind: v.literal('handed-over'), userId: id }),
  /** Another one, or none. */
  v.object({ kind: v.literal('picture'), isSet: v.boolean() }),
  v.object({ kind: v.literal('description'), isSet: v.boolean() }),
  /** Who may write there from then on, and how fast. */
  v.object({
    kind: v.literal('governed'),
    posting: v.picklist(['everybody', 'leaders', 'moderators']),
    slowSeconds: v.number(),
  }),
  /** These decide themselves whether they come in. */
  v.object({ kind: v.literal('asked'), userIds: v.array(id) }),
  /** Whoever was asked came in. */
  v.object({ kind: v.literal('joined') }),
])
/**
 * What happened to a group: a line after the message with this `n`, 0 before the first one. It has no number of its own
 * and is never unread.
 */
export const eventRow = v.object({
  type: v.literal('event'),
  seq,
  id,
  conversationId: id,
  n: seq,
  at: timeMs,
  byId: id,
  change: groupChange,
})

/** "A device of this member holds everything up to message n." In direct conversations and groups of up to 50. */
export const deliveryRow = v.object({ type: v.literal('delivery'), seq, conversationId: id, userId: id, n: seq })

/**
 * How far a member has read, and when they came that far: the last steps, `n` and `at` ascending. What
 * is below the first step was seen by then at the latest. In direct conversations and groups of up to
 * 50, between those who let others know what they have seen.
 */
export const seenRow = v.object({
  type: v.literal('seen'),
  seq,
  conversationId: id,
  userId: id,
  steps: v.array(v.object({ n: messageNumber, at: timeMs })),
})

/** The positions at which memberships of the conversation began (`since`), as runs: see `shared/runs.ts`. */
const runs = v.pipe(v.array(seq), v.maxLength(2 * GROUP_MEMBERS_MAX))
/**
 * Of these members the `delivery` row and the last step of the `seen` row are these now; all of that is one change of
 * the log. Only sent live: a page has the rows themselves.
 */
export const receiptsRow = v.object({
  type: v.literal('receipts'),
  seq,
  conversationId: id,
  /** `n` and who. */
  received: v.array(v.tuple([seq, runs])),
  /** `n`, `at` and who. */
  seen: v.array(v.tuple([messageNumber, timeMs, runs])),
})

/** How far the receiver of this row has read. Private: nobody else gets it. */
export const readingRow = v.object({
  type: v.literal('reading'),
  seq,
  conversationId: id,
  n: seq,
})

/**
 * How one has arranged a conversation. Private. It is archived, unless `archivedN` is null, until a
 * message with a greater `n` comes, and longer when it is muted.
 */
export const settingRow = v.object({
  type: v.literal('setting'),
  seq,
  conversationId: id,
  /** Until when; null is not muted, `MUTED_FOR_GOOD` is for good. */
  mutedUntil: v.nullable(timeMs),
  pinned: v.boolean(),
  archivedN: v.nullable(seq),
  /** Marked as unread by hand; reading takes it away. */
  markedUnread: v.boolean(),
})
export const MUTED_FOR_GOOD = 8_640_000_000_000_000

/** What one has begun to write in a conversation. Private; an empty text is the tombstone. */
export const draftRow = v.object({
  type: v.literal('draft'),
  seq,
  conversationId: id,
  text: v.string(),
  replyToId: v.nullable(id),
  changedAt: timeMs,
})

/** Whether one has deleted a message for oneself alone; others see it as before. Private. */
export const hiddenRow = v.object({
  type: v.literal('hidden'),
  seq,
  conversationId: id,
  messageId: id,
  hidden: v.boolean(),
})

/**
 * Whether one lets others know what one has seen, and that one is there or types; who does not, does not
 * get it of others. `directFrom` and `addFrom` say whose first message and whose groups need not be asked for; left out
 * where that is everybody. Private.
 */
export const preferenceRow = v.object({
  type: v.literal('preference'),
  seq,
  seen: v.boolean(),
  presence: v.boolean(),
  directFrom: v.optional(v.picklist(['shared-group', 'nobody'])),
  addFrom: v.optional(v.picklist(['shared-group', 'nobody'])),
})

/** Somebody whom one blocked, or let in again. Private. */
export const blockRow = v.object({ type: v.literal('block'), seq, userId: id, blocked: v.boolean(), at: timeMs })

/**
 * What one is asked: to take up a direct conversation, or to come into a group; or a group that one left for good. One that
 * is answered is the tombstone, and names nobody. Private.
 */
export const requestRow = v.object({
  type: v.literal('request'),
  seq,
  conversationId: id,
  state: v.picklist(['asked', 'answered', 'left']),
  kind: v.picklist(['direct', 'group']),
  /** Who asks. */
  byId: v.nullable(id),
  at: timeMs,
  /** The group's, as it was when one was asked. */
  title: v.nullable(v.string()),
  /** How a direct conversation begins: some of its first messages, each cut off after some characters. */
  messages: v.array(v.object({ id, text: v.string(), at: timeMs })),
})

/** What the receiver of this row may do here, and whether they may do nothing for now. Private. */
export const standingRow = v.object({
  type: v.literal('standing'),
  seq,
  role,
  /** Since when, and why. */
  suspended: v.nullable(v.object({ at: timeMs, reason: v.string() })),
})

export const row = v.variant('type', [
  userRow,
  conversationRow,
  memberRow,
  messageRow,
  revisionRow,
  reactionRow,
  eventRow,
  deliveryRow,
  seenRow,
  readingRow,
  settingRow,
  draftRow,
  preferenceRow,
  hiddenRow,
  standingRow,
  blockRow,
  requestRow,
])
/** What comes live: what many members did is one row there. */
export const liveRow = v.variant('type', [...row.options, receiptsRow])

export type UserRow = v.InferOutput<typeof userRow>
export type ConversationRow = v.InferOutput<typeof conversationRow>
export type MemberRow = v.InferOutput<typeof memberRow>
export type MessageRow = v.InferOutput<typeof messageRow>
export type RevisionRow = v.InferOutput<typeof revisionRow>
export type ReactionRow = v.InferOutput<typeof reactionRow>
export type EventRow = v.InferOutput<typeof eventRow>
export type DeliveryRow = v.InferOutput<typeof deliveryRow>
export type SeenRow = v.InferOutput<typeof seenRow>
export type ReceiptsRow = v.InferOutput<typeof receiptsRow>
export type ReadingRow = v.InferOutput<typeof readingRow>
export type SettingRow = v.InferOutput<typeof settingRow>
export type DraftRow = v.InferOutput<typeof draftRow>
export type HiddenRow = v.InferOutput<typeof hiddenRow>
export type StandingRow = v.InferOutput<typeof standingRow>
export type BlockRow = v.InferOutput<typeof blockRow>
export type RequestRow = v.InferOutput<typeof requestRow>
export type PreferenceRow = v.InferOutput<typeof preferenceRow>
export type Row = v.InferOutput<typeof row>
export type LiveRow = v.InferOutput<typeof liveRow>
