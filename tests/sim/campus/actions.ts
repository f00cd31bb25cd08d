import { directId } from '../../../shared/direct-id.ts'
import type { Command } from '../../../shared/protocol/commands.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import type { ConversationRow, MessageRow } from '../../../shared/protocol/rows.ts'
import { GREY, toText } from '../../server/files/example-pictures.ts'
import type { Device } from '../device.ts'
import { memberKey } from '../memory-store.ts'
import type { Chance } from '../scheduler.ts'

/** What somebody has before them when they do something. */
interface Scene {
  chance: Chance
  now: number
  userId: string
  others: readonly string[]
  conversations: readonly ConversationRow[]
  messages: readonly MessageRow[]
  /** The conversation they look at, and a group that they lead, if there are such. */
  conversation: ConversationRow | undefined
  group: ConversationRow | undefined
  membersOf(conversationId: string): string[]
  lastIn(conversationId: string): number
  hasUnread(conversationId: string): boolean
  hasReacted(message: MessageRow): boolean
  /** Whom they blocked, what they are asked about, and which groups they left for good. */
  blocked: readonly string[]
  asked: readonly string[]
  leftForGood: readonly string[]
}

const EMOJI = ['👍', '🎉'] as const

const ACTIONS: [weight: number, act: (scene: Scene) => Command[]][] = [
  [24, ({ conversation, ...scene }) => (conversation === undefined ? [] : [write(scene, conversation)])],
  [4, sendWithDraft],
  [5, beginDirect],
  [6, beginGroup],
  [7, addSomebody],
  [6, removeSomebody],
  [3, leave],
  [2, handOver],
  [3, changeGroup],
  [2, ({ chance }) => [{ type: 'profile.rename', id: chance.id(), name: `name ${chance.between(0, 99)}` }]],
  [1, ({ chance }) => [{ type: 'profile.picture', id: chance.id(), picture: chance.happens(0.7) ? PICTURE : null }]],
  [9, changeOwnMessage],
  [9, reactToMessage],
  [4, pinOrHide],
  [9, readAll],
  [3, arrange],
  [4, draft],
  [5, ({ chance }) => [{ type: 'preference.set', id: chance.id(), seen: chance.happens(0.5) }]],
]
const PICTURE = toText(GREY)
/** In runs in which people are not on terms with everybody. */
const WITH_CONTACTS: typeof ACTIONS = [
  ...ACTIONS,
  [14, blockSomebody],
  [3, chooseWhoComes],
  [6, answerRequest],
  [1, leaveForGood],
]

/** What people do, on whatever their device shows them, online or not. Returns the commands, or none when nothing fits. */
export function act(
  chance: Chance,
  { disk, person, browser }: Device,
  userIds: readonly string[],
  withContacts: boolean,
): Command[] {
  const { userId } = person
  const conversations = [...disk.conversations.rows.values()].filter(
    ({ id }) => id === EVERYONE_ID || disk.members.rows.has(memberKey(id, userId)),
  )
  const requests = [...disk.requests.rows.values()]
  const inState = (state: 'asked' | 'left') =>
    requests.flatMap((row) => (row.state === state ? [row.conversationId] : []))
  const scene: Scene = {
    chance,
    now: browser.now(),
    blocked: [...disk.blocks.rows.values()].flatMap((row) => (row.blocked ? [row.userId] : [])),
    asked: inState('asked'),
    leftForGood: inState('left'),
    userId,
    others: userIds.filter((id) => id !== userId),
    conversations,
    messages: [...disk.messages.rows.values()],
    conversation: chance.pick(conversations),
    group: chance.pick(conversations.filter(({ kind, creatorId }) => kind === 'group' && creatorId === userId)),
    membersOf: (conversationId) =>
      [...disk.members.rows.values()].filter((row) => row.conversationId === conversationId).map((row) => row.userId),
    lastIn: (conversationId) => disk.latest.rows.get(conversationId)?.n ?? 0,
    hasUnread: (conversationId) =>
      (disk.latest.rows.get(conversationId)?.n ?? 0) > (disk.readings.rows.get(conversationId)?.n ?? 0),
    hasReacted: ({ id }) => disk.reactions.rows.has(`${id},${userId}`),
  }
  const actions = withContacts ? WITH_CONTACTS : ACTIONS
  let dice = chance.between(
    1,
    actions.reduce((sum, [weight]) => sum + weight, 0),
  )
  const chosen = actions.find(([weight]) => (dice -= weight) <= 0)
  return chosen?.[1](scene) ?? []
}

/** What a group is called, looks like or is about. */
function changeGroup({ chance, group }: Scene): Command[] {
  if (group === undefined) return []
  const of = { id: chance.id(), conversationId: group.id }
  if (chance.happens(0.6)) return [{ type: 'group.rename', ...of, title: `named ${chance.between(0, 99)}` }]
  if (chance.happens(0.6))
    return [{ type: 'group.describe', ...of, description: chance.happens(0.8) ? `about ${chance.between(0, 99)}` : '' }]
  return [{ type: 'group.picture', ...of, picture: chance.happens(0.7) ? PICTURE : null }]
}

type Writer = Pick<Scene, 'chance' | 'now' | 'others' | 'messages' | 'membersOf'>

function write(scene: Writer, { id: conversationId, kind }: Pick<ConversationRow, 'id' | 'kind'>): Command {
  const { chance, now, others, messages, membersOf } = scene
  const people = conversationId === EVERYONE_ID ? others : membersOf(conversationId)
  const mentioned = chance.happens(0.2) ? chance.pick(people) : undefined
  const answered = chance.happens(0.2)
    ? chance.pick(messages.filter((row) => row.conversationId === conversationId))
    : undefined
  return {
    type: 'message.send',
    id: chance.id(),
    conversationId,
    text: `text ${chance.between(0, 999)}`,
    writtenAt: now,
    replyToId: answered?.id ?? null,
    mentions: mentioned === undefined ? [] : [mentioned],
    mentionsAll: kind === 'group' && chance.happens(0.05),
    forwarded: chance.happens(0.05),
  }
}

function sendWithDraft({ conversation, ...scene }: Scene): Command[] {
  if (conversation === undefined) return []
  const { chance, now } = scene
  const empty = { text: '', replyToId: null, changedAt: now }
  return [write(scene, conversation), { type: 'draft.set', id: chance.id(), conversationId: conversation.id, ...empty }]
}

function beginDirect({ userId, ...scene }: Scene): Command[] {
  const { chance, others } = scene
  const other = chance.pick(others)
  if (other === undefined) return []
  const conversationId = directId(userId, other)
  const begin: Command = { type: 'direct.create', id: chance.id(), conversationId, userId: other }
  return [begin, write(scene, { id: conversationId, kind: 'direct' })]
}

function beginGroup(scene: Scene): Command[] {
  const { chance, others } = scene
  const conversationId = chance.id()
  const userIds = others.filter(() => chance.happens(0.5))
  const title = `group ${chance.between(0, 99)}`
  const begin: Command = { type: 'group.create', id: chance.id(), conversationId, title, userIds }
  return [begin, write(scene, { id: conversationId, kind: 'group' })]
}

function addSomebody({ chance, group, others }: Scene): Command[] {
  const other = chance.pick(others)
  if (group === undefined || other === undefined) return []
  return [{ type: 'member.add', id: chance.id(), conversationId: group.id, userIds: [other] }]
}

function removeSomebody({ chance, group, userId, membersOf }: Scene): Command[] {
  if (group === undefined) return []
  const member = chance.pick(membersOf(group.id).filter((id) => id !== userId))
  return member === undefined
    ? []
    : [{ type: 'member.remove', id: chance.id(), conversationId: group.id, userId: member }]
}

function leave({ chance, conversations }: Scene): Command[] {
  const left = chance.pick(conversations.filter(({ kind }) => kind === 'group'))
  return left === undefined ? [] : [{ type: 'member.leave', id: chance.id(), conversationId: left.id }]
}

/** Mostly for a while: what is written meanwhile, and what after, is told apart. */
function blockSomebody({ chance, others, blocked }: Scene): Command[] {
  const back = chance.pick(blocked)
  if (back !== undefined && chance.happens(0.7)) {
    return [{ type: 'block.set', id: chance.id(), userId: back, blocked: false }]
  }
  const userId = chance.pick(others)
  return userId === undefined ? [] : [{ type: 'block.set', id: chance.id(), userId, blocked: true }]
}

const APPROACHES = ['everybody', 'everybody', 'shared-group', 'nobody'] as const

function chooseWhoComes({ chance }: Scene): Command[] {
  const [directFrom, addFrom] = [chance.pick(APPROACHES), chance.pick(APPROACHES)]
  if (directFrom === undefined || addFrom === undefined) return []
  return [{ type: 'preference.set', id: chance.id(), directFrom, addFrom }]
}

function answerRequest({ chance, asked }: Scene): Command[] {
  const conversationId = chance.pick(asked)
  if (conversationId === undefined) return []
  return [{ type: 'request.answer', id: chance.id(), conversationId, accepted: chance.happens(0.7) }]
}

function leaveForGood({ chance, conversations, leftForGood }: Scene): Command[] {
  const back = chance.pick(leftForGood)
  const left = back === undefined ? chance.pick(conversations.filter(({ kind }) => kind === 'group')) : undefined
  const conversationId = back ?? left?.id
  if (conversationId === undefined) return []
  return [{ type: 'member.leave-for-good', id: chance.id(), conversationId, forGood: back === undefined }]
}

function handOver({ chance, group, others }: Scene): Command[] {
  const heir = chance.pick(others)
  if (group === undefined || heir === undefined) return []
  return [{ type: 'group.hand-over', id: chance.id(), conversationId: group.id, userId: heir }]
}

function changeOwnMessage({ chance, userId, messages }: Scene): Command[] {
  const own = messages.filter((row) => row.authorId === userId && row.text !== null)
  const message = pickOften(
    chance,
    own,
    own.filter((row) => row.edits > 0),
  )
  if (message === undefined) return []
  const { conversationId, id: messageId, mentions, mentionsAll } = message
  const id = chance.id()
  if (chance.happens(0.3)) return [{ type: 'message.delete', id, conversationId, messageId }]
  const text = `edited ${chance.between(0, 999)}`
  const kept = chance.happens(0.5) ? { mentions, mentionsAll } : { mentions: [], mentionsAll: false }
  return [{ type: 'message.edit', id, conversationId, messageId, text, ...kept }]
}

function reactToMessage({ chance, messages, hasReacted }: Scene): Command[] {
  const message = pickOften(chance, messages.slice(-10), messages.filter(hasReacted))
  const emoji = chance.pick(EMOJI)
  if (message === undefined || emoji === undefined) return []
  const { conversationId, id: messageId } = message
  return [{ type: 'reaction.set', id: chance.id(), conversationId, messageId, emoji, on: chance.happens(0.6) }]
}

/** Any of them, but often one of these, which were changed before: what is older meets what is newer. */
function pickOften<Item>(chance: Chance, items: readonly Item[], often: readonly Item[]): Item | undefined {
  return chance.pick(often.length > 0 && chance.happens(0.6) ? often : items)
}

/** Pins a message for all; every third one is deleted for oneself instead. */
function pinOrHide({ chance, messages }: Scene): Command[] {
  const message = chance.pick(messages.filter(({ conversationId }) => conversationId !== EVERYONE_ID))
  if (message === undefined) return []
  const { conversationId, id: messageId, n } = message
  const [id, isOn] = [chance.id(), chance.happens(0.7)]
  if (n % 3 === 0) return [{ type: 'message.hide', id, conversationId, messageId, hidden: isOn }]
  return [{ type: 'message.pin', id, conversationId, messageId, pinned: isOn }]
}

function readAll({ chance, conversations, lastIn, hasUnread }: Scene): Command[] {
  // Only in small conversations others are told of it.
  const conversation = pickOften(
    chance,
    conversations,
    conversations.filter(({ id, kind }) => kind !== 'everyone' && hasUnread(id)),
  )
  if (conversation === undefined || lastIn(conversation.id) === 0) return []
  return [{ type: 'read', id: chance.id(), conversationId: conversation.id, n: lastIn(conversation.id) }]
}

function arrange({ chance, conversation, lastIn }: Scene): Command[] {
  if (conversation === undefined) return []
  const id = chance.id()
  const set = { type: 'conversation.set', id, conversationId: conversation.id } as const
  switch (chance.between(1, 3)) {
    case 1:
      return [{ ...set, pinned: chance.happens(0.5) }]
    case 2:
      return [{ ...set, archivedN: chance.happens(0.5) ? lastIn(conversation.id) : null }]
    default:
      return [{ ...set, markedUnread: chance.happens(0.5) }]
  }
}

function draft({ chance, conversation, now }: Scene): Command[] {
  if (conversation === undefined) return []
  const text = chance.happens(0.8) ? `draft ${chance.between(0, 999)}` : ''
  const set = { type: 'draft.set', id: chance.id(), conversationId: conversation.id } as const
  return [{ ...set, text, replyToId: null, changedAt: now }]
}
