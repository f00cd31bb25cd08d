import { sha256 } from '@oslojs/crypto/sha2'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { REQUEST_MESSAGES_MAX, REQUEST_TEXT_MAX } from '../../shared/protocol/limits.ts'
import { toUuid } from '../../shared/uuid.ts'
import type { Batch } from '../campus/batch.ts'
import { type RequestBody, toRequestBody } from '../campus/contacts.ts'
import { addConversation, addPair, type Needs } from '../campus/needs.ts'
import { findUnreached } from '../campus/withheld.ts'
import type { ContactRequestTable, ConversationTable, MessageTable } from '../store/schema.ts'
import { noteEvent } from './note-event.ts'

/*
 * Who may write to whom, and add whom. Whoever asks is never told more than that somebody is asked: of one who blocked them,
 * of one who declined and of one who does not answer they get the same answers and the same rows.
 */

/** The seq of a request that never moved the log: nobody hears of it. */
const UNMOVED = -1
/** Ids of direct conversations are version 8, as is Everyone's. */
const VERSION_8 = /^.{14}8/

/** Of a direct conversation: who the two are, and how they are with each other. */
export function needDirect(needs: Needs, conversationId: string): void {
  if (VERSION_8.test(conversationId) && conversationId !== EVERYONE_ID) needs.directs.add(conversationId)
}

/** Whether these people let somebody write to them, or add them to a group. */
export function needApproach(needs: Needs, askerId: string, conversationId: string, userIds: readonly string[]): void {
  needs.speakers.add(askerId)
  addConversation(needs.conversations, EVERYONE_ID)
  for (const userId of userIds) {
    addPair(needs.approaches, askerId, userId)
    addPair(needs.requests, conversationId, userId)
    needs.preferences.add(userId)
  }
}

/** A blocker's own message to whom they blocked. */
export function refuseToBlocked(batch: Batch, userId: string, otherId: string): Refusal | undefined {
  if (!batch.isBlocked(userId, otherId)) return undefined
  return refusal('forbidden', 'You blocked this person. Unblock them first.')
}

/** Whether somebody wants to be asked by this one. */
function wantsToBeAsked(batch: Batch, askerId: string, userId: string, what: 'direct_from' | 'add_from'): boolean {
  const from = batch.findPreference(userId)?.[what] ?? null
  return from === 'nobody' || (from === 'shared-group' && !batch.isSharing(askerId, userId))
}

/** What somebody is asked: the record, with what is new about it. */
function toRequest(
  batch: Batch,
  key: { conversation_id: string; user_id: string },
  askerId: string | null,
  state: ContactRequestTable['state'],
  body: RequestBody,
): ContactRequestTable {
  return { ...key, seq: 0, state, asked_by: askerId, asked_at: batch.now, body: JSON.stringify(body) }
}

/** The other one is in a direct conversation that begins, is asked whether they take it up, or does not hear of it. */
export function approachPerson(batch: Batch, askerId: string, conversationId: string, userId: string): void {
  batch.keepDirect(conversationId, [askerId, userId])
  const isShunned = batch.isBlocked(userId, askerId)
  const isAsked = wantsToBeAsked(batch, askerId, userId, 'direct_from')
  if (!isShunned && !isAsked) {
    batch.join(conversationId, userId)
    return
  }
  batch.ask(conversationId, userId)
  const key = { conversation_id: conversationId, user_id: userId }
  const body: RequestBody = { kind: 'direct', title: null, messages: [] }
  const request = toRequest(batch, key, askerId, isShunned ? 'silent' : 'asked', body)
  // The log moves as it does for anybody who wants what they want.
  if (isAsked) batch.setRequest(request)
  else batch.keepRequest({ ...request, seq: UNMOVED })
}

interface Approached {
  /** Those who come in. */
  joining: string[]
  /** Those of whom it is told that they are asked. */
  asked: string[]
}

/** Who of these comes into a group at once, and who is asked. Of people who are not in it. */
export function approachGroup(
  batch: Batch,
  askerId: string,
  group: ConversationTable,
  userIds: readonly string[],
): Approached | { refused: Refusal } {
  if (userIds.some((userId) => batch.isBlocked(askerId, userId))) {
    return { refused: refusal('forbidden', 'You blocked somebody in the list. Unblock them first.') }
  }
  const approached: Approached = { joining: [], asked: [] }
  for (const userId of userIds) {
    if (!isOpenTo(batch, askerId, group.id, userId)) approached.asked.push(userId)
    else approached.joining.push(userId)
  }
  return approached
}

function isOpenTo(batch: Batch, askerId: string, groupId: string, userId: string): boolean {
  const before = batch.findRequest(groupId, userId)
  if (before?.state === 'left') return false
  if (batch.isBlocked(userId, askerId)) return false
  if (hasDeclined(before, askerId)) return false
  // Whoever let themselves be asked once into this group is no more.
  return before?.state === 'accepted' || !wantsToBeAsked(batch, askerId, userId, 'add_from')
}

/** Asks those who decide themselves whether they come into a group, and tells the group, once of each. */
export function askIntoGroup(
  batch: Batch,
  askerId: string,
  group: ConversationTable,
  command: { id: string; again?: boolean | undefined },
  userIds: readonly string[],
): void {
  const asked = userIds.filter((userId) => {
    const before = batch.findRequest(group.id, userId)
    const isNews = before?.asked_by !== askerId || before.state === 'accepted' || before.state === 'back'
    const state = toAskedState(batch, askerId, userId, before, isNews)
    if (state === 'left' && before !== undefined) batch.setRequest({ ...before, asked_by: askerId })
    else if (state !== undefined) {
      const key = { conversation_id: group.id, user_id: userId }
      batch.setRequest(toRequest(batch, key, askerId, state, { kind: 'group', title: group.title, messages: [] }))
    }
    return isNews
  })
  if (asked.length === 0) return
  noteEvent(batch, group, askerId, { ...command, id: toAskedId(command.id) }, { kind: 'asked', userIds: asked })
}

/** What becomes of a request when somebody tries; undefined where it stays what it is. The log moves for each alike. */
function toAskedState(
  batch: Batch,
  askerId: string,
  userId: string,
  before: ContactRequestTable | undefined,
  isNews: boolean,
): ContactRequestTable['state'] | undefined {
  if (!isNews && before?.state !== 'silent' && before?.state !== 'withdrawn') return undefined
  if (before?.state === 'left') return 'left'
  if (batch.isBlocked(userId, askerId)) {
    if (!isNews) return undefined
    return before === undefined || before.state === 'silent' ? 'silent' : 'withdrawn'
  }
  return hasDeclined(before, askerId) ? 'declined' : 'asked'
}

function hasDeclined(before: ContactRequestTable | undefined, askerId: string): boolean {
  return before?.state === 'declined' && (before.asked_by === null || before.asked_by === askerId)
}

/** Whoever leads a group takes back that somebody is asked. Those who declined, or left, stay as they are. */
export function takeRequestBack(batch: Batch, groupId: string, userId: string): void {
  const before = batch.findRequest(groupId, userId)
  if (before === undefined || before.asked_by === null || before.state === 'accepted' || before.state === 'back') return
  batch.setRequest({ ...before, asked_by: null, state: before.state === 'asked' ? 'withdrawn' : before.state })
}

/** A second line of one command has an id that follows from it. */
export function toAskedId(commandId: string): string {
  return toUuid(sha256(new TextEncoder().encode(`chatbox:asked:${commandId}`)), 8)
}

/** What somebody is asked ends: they came in by themselves, or were let in. */
export function settleRequest(
  batch: Batch,
  conversationId: string,
  userId: string,
  state: 'accepted' | 'declined' | 'withdrawn',
): void {
  const before = batch.findRequest(conversationId, userId)
  if (before === undefined || before.state === state) return
  const body = toRequestBody(before)
  // How many they were stays: the log moves for what comes yet as if nobody had answered.
  const messages = body.messages.map((message) => ({ ...message, text: '' }))
  batch.setRequest({ ...before, state, body: JSON.stringify({ ...body, messages } satisfies RequestBody) })
}

/** From whom what this one writes in a direct conversation is kept, because they blocked them. */
export function findShunning(batch: Batch, conversationId: string, userId: string): string | null {
  const other = batch.findOther(conversationId, userId)
  return other !== undefined && batch.isBlocked(other.user_id, userId) ? other.user_id : null
}

/** A message in a direct conversation that its other one has not taken up: it is shown with the question, or asks anew. */
export function followRequest(batch: Batch, message: MessageTable): void {
  const { conversation_id: conversationId, author_id: authorId } = message
  const otherId = batch.findOther(conversationId, authorId)?.user_id
  if (otherId === undefined || batch.findMember(conversationId, otherId)?.removed !== 2) return
  const request = batch.findRequest(conversationId, otherId)
  if (request === undefined) return
  if ((request.state === 'silent' || request.state === 'withdrawn') && !batch.isBlocked(otherId, authorId)) {
    askAgain(batch, request, authorId, message)
    return
  }
  const body = toRequestBody(request)
  const messages = showMessage(body.messages, message, request.state === 'asked')
  if (messages === undefined || request.seq === UNMOVED || request.state === 'accepted') return
  batch.setRequest({ ...request, body: JSON.stringify({ ...body, messages }) })
}

/** The two are on terms again: what one writes now is the first that the other one hears of it. */
function askAgain(batch: Batch, request: ContactRequestTable, askerId: string, message: MessageTable): void {
  const { conversation_id: conversationId, user_id: userId } = request
  if (batch.findDirectFrom(userId) === null) {
    batch.join(conversationId, userId)
    if (request.seq !== UNMOVED) settleRequest(batch, conversationId, userId, 'accepted')
    else batch.keepRequest({ ...request, state: 'accepted' })
    return
  }
  const messages = showMessage([], message, true) ?? []
  batch.setRequest(toRequest(batch, request, askerId, 'asked', { kind: 'direct', title: null, messages }))
}

type Shown = RequestBody['messages']

/** The first messages as they are now; undefined where nothing changes. */
function showMessage(before: Shown, message: MessageTable, isTold: boolean): Shown | undefined {
  const isReached = isTold && findUnreached(message) === undefined
  const shown = { id: message.id, text: isReached ? (message.text ?? '').slice(0, REQUEST_TEXT_MAX) : '' }
  const known = before.find(({ id }) => id === message.id)
  if (known !== undefined) return before.map((one) => (one === known ? { ...one, ...shown } : one))
  if (before.length >= REQUEST_MESSAGES_MAX || message.edits > 0 || message.text === null) return undefined
  return [...before, { ...shown, at: message.sent_at }]
}
