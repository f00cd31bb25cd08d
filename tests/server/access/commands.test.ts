import { randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { staffCommand, studentCommand } from '../../../shared/classroom/commands.ts'
import { command } from '../../../shared/protocol/commands.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import * as c from '../../support/campus.ts'
import * as room from '../../support/classroom.ts'
import { type Answer, codeOf } from '../http/api-server.ts'
import { everybody, type Gets, moderators, only, operators, signedIn } from './gets.ts'
import { type Caller, CALLERS, createWorld, listTold, type World } from './world.ts'

/* What every kind of caller gets of every command, on the campus, at the desk of a classroom, and as a student. */

interface Row {
  gets: Gets
  make: (world: World, caller: Caller) => { type: string; id: string; [field: string]: unknown }
  /** It takes away what others here go by. */
  isFresh?: boolean
}

const id = () => uuidv7()
const inGroup = (outcome = 'accepted') => only(['creator', 'member'], outcome, 'not_a_member')
const ofLeader: Gets = { ...inGroup('only_creator'), creator: 'accepted' }
const ofAuthor: Gets = { ...inGroup('not_author'), member: 'accepted' }

const ON_CAMPUS: Record<string, Row> = {
  'direct.create': {
    gets: { ...signedIn('accepted'), blocker: 'bad_request' },
    make: (w, caller) => c.createDirect(w.people[caller].userId, w.people.blocker.userId),
  },
  'group.create': { gets: signedIn('accepted'), make: () => c.createGroup([]) },
  'group.rename': { gets: ofLeader, make: (w) => c.renameGroup(w.group, 'Renamed') },
  'group.picture': { gets: ofLeader, make: (w) => c.setGroupPicture(w.group, null) },
  'group.describe': { gets: ofLeader, make: (w) => c.describeGroup(w.group, 'About it') },
  'group.hand-over': { gets: ofLeader, make: (w) => c.handOver(w.group, w.people.creator.userId) },
  'member.add': { gets: ofLeader, make: (w) => c.addMembers(w.group, w.people.member.userId) },
  'member.remove': { gets: ofLeader, make: (w) => c.removeMember(w.group, w.people.exMember.userId) },
  'member.leave': { gets: inGroup(), make: (w) => c.leaveGroup(w.group), isFresh: true },
  'member.leave-for-good': {
    // Whoever was there may say so still.
    gets: { ...inGroup(), exMember: 'accepted' },
    make: (w) => c.leaveForGood(w.group),
    isFresh: true,
  },
  'message.send': { gets: inGroup(), make: (w) => c.send(w.group, 'hello') },
  'message.edit': { gets: ofAuthor, make: (w) => c.edit(w.group, w.memberMessage, 'other words') },
  'message.delete': { gets: ofAuthor, make: (w) => c.remove(w.group, w.memberMessage), isFresh: true },
  'message.hide': { gets: inGroup(), make: (w) => c.hide(w.group, w.memberMessage) },
  'message.pin': { gets: inGroup(), make: (w) => c.pin(w.group, w.groupMessage) },
  'reaction.set': { gets: inGroup(), make: (w) => c.react(w.group, w.groupMessage) },
  receive: { gets: inGroup(), make: (w) => c.receive(w.group, 1) },
  read: { gets: inGroup(), make: (w) => c.read(w.group, 1) },
  'conversation.set': { gets: inGroup(), make: (w) => c.setConversation(w.group, { pinned: true }) },
  'draft.set': { gets: inGroup(), make: (w) => c.setDraft(w.group, 'begun') },
  'preference.set': { gets: signedIn('accepted'), make: () => c.setPreference({ seen: true }) },
  'profile.picture': { gets: signedIn('accepted'), make: () => c.setPicture(null) },
  'profile.rename': { gets: signedIn('accepted'), make: (_, caller) => c.renameProfile(`Called ${caller}`) },
  'block.set': { gets: signedIn('accepted'), make: (w) => c.block(w.people.expired.userId) },
  'request.answer': {
    gets: signedIn('not_found'),
    make: (w) => ({ type: 'request.answer', id: id(), conversationId: w.group, accepted: true }),
  },
  'message.take-away': {
    gets: moderators('accepted'),
    make: (w) => ({
      ...{ type: 'message.take-away', id: id(), conversationId: w.group, messageId: w.groupMessage, reason: 'why' },
    }),
    isFresh: true,
  },
  'conversation.govern': {
    gets: moderators('accepted'),
    make: () => ({
      ...{ type: 'conversation.govern', id: id(), conversationId: EVERYONE_ID, posting: 'everybody', slowSeconds: 0 },
    }),
  },
  'role.set': {
    gets: operators('accepted'),
    make: (w) => ({ type: 'role.set', id: id(), userId: w.people.expired.userId, role: 'member' }),
  },
  'suspension.set': {
    gets: moderators('accepted'),
    make: (w) => ({ type: 'suspension.set', id: id(), userId: w.people.expired.userId, reason: 'why' }),
  },
}

/** What only the server asks of itself is nothing that anybody can say. */
const OF_THE_SERVER = [
  ...['user.register', 'receipts.publish', 'user.erase', 'membership.erase', 'message.erase', 'reaction.erase'],
  ...['staff.leave', 'question.take-away'],
]

const ofStaff = (outcome = 'accepted') => only(['creator', 'staff'], outcome, 'only_staff')
const ofOwner = (outcome: string): Gets => ({ ...ofStaff('only_owner'), creator: outcome })

const AT_DESK: Record<string, Row> = {
  'classroom.set': { gets: ofStaff(), make: () => room.set({ title: 'Another' }) },
  'question.judge': { gets: ofStaff(), make: (w) => room.judge(w.question, 'shown') },
  'question.mark': { gets: ofStaff(), make: (w) => room.mark(w.question, { pinned: true }) },
  'question.merge': { gets: ofStaff(), make: (w) => room.merge(w.heldQuestion, w.question), isFresh: true },
  'photo.remove': { gets: ofStaff(), make: (w) => room.removePhoto(w.question) },
  'reply.answer': { gets: ofStaff(), make: (w) => room.answer(w.question) },
  'reply.judge': { gets: ofStaff(), make: (w) => room.judgeReply(w.reply, { endorsed: true }) },
  'focus.set': { gets: ofStaff(), make: (w) => room.focus(w.question) },
  'poll.create': { gets: ofStaff(), make: () => room.poll() },
  'poll.set': { gets: ofStaff('not_found'), make: () => room.setPoll(uuidv7(), { state: 'closed' }) },
  'staff.read': { gets: ofStaff(), make: () => room.readTo(1) },
  'staff.add': { gets: ofOwner('accepted'), make: (w) => room.addStaff(w.people.staff.userId) },
  'staff.remove': { gets: ofOwner('not_found'), make: (w) => room.removeStaff(w.people.newcomer.userId) },
}

/** Whoever has the receipt may, and nobody's account changes that. */
const withReceipt = (outcome: string, others: string): Gets => ({ ...everybody(others), asker: outcome })
const receiptOf = (w: World, caller: Caller) => (caller === 'asker' ? w.receipt : room.createReceipt().receipt)

const AS_STUDENT: Record<string, Row> = {
  'question.ask': { gets: everybody('200'), make: () => room.ask('again').command },
  'question.edit': {
    gets: withReceipt('200', 'wrong_receipt'),
    make: (w, caller) => room.edit(w.question, receiptOf(w, caller)),
  },
  'question.withdraw': {
    gets: withReceipt('200', 'wrong_receipt'),
    make: (w, caller) => room.withdraw(w.question, receiptOf(w, caller)),
    isFresh: true,
  },
  'vote.cast': { gets: everybody('200'), make: (w) => room.vote(w.question) },
  'vote.retract': { gets: everybody('200'), make: (w) => room.retract(w.question, room.createReceipt().receipt) },
  'reply.follow-up': {
    gets: withReceipt('200', 'wrong_receipt'),
    make: (w, caller) => room.follow(w.question, receiptOf(w, caller)),
  },
  'reply.post': {
    gets: everybody('only_staff_answers'),
    make: (w) => ({
      type: 'reply.post',
      id: randomUUID(),
      questionId: w.question,
      text: 'I think',
      receiptHash: hash(),
    }),
  },
  'reply.withdraw': {
    gets: everybody('not_found'),
    make: (w, caller) => room.withdrawReply(randomUUID(), receiptOf(w, caller)),
  },
  'poll.answer': { gets: everybody('not_found'), make: () => room.choose(uuidv7(), [0]) },
}
const hash = () => room.createReceipt().receiptHash

let backend: Backend
let shared: World
beforeAll(async () => {
  backend = await createBackend()
  shared = await createWorld(backend.store, 'w')
})
afterAll(async () => {
  await shared.close()
  await backend.dispose()
})

type Give = (world: World, caller: Caller, given: object) => Promise<Answer>
const give: Record<string, Give> = {
  campus: (w, caller, given) => post(w, caller, '/api/commands', { commands: [given] }),
  desk: (w, caller, given) => post(w, caller, `/api/classrooms/${w.classroom}/commands`, { commands: [given] }),
  student: (w, caller, given) => post(w, caller, `/q/api/${w.classroom}/commands`, { command: given }),
}
const post = (w: World, caller: Caller, path: string, body: object) =>
  w.server.call('POST', path, { cookie: w.people[caller].cookie, body })

function outcomeOf(answer: Answer): string {
  const [result] = (answer.body as { results?: { status: string; code?: string }[] } | undefined)?.results ?? []
  return String(codeOf(answer) ?? result?.code ?? result?.status ?? answer.status)
}

const typesOf = (options: readonly { entries: { type: { literal: string } } }[]) =>
  options.map(({ entries }) => entries.type.literal)

test('every command has its row, and every row its command', () => {
  expect(Object.keys(ON_CAMPUS).sort()).toEqual(typesOf(command.options).sort())
  expect(Object.keys(AT_DESK).sort()).toEqual(typesOf(staffCommand.options).sort())
  expect(Object.keys(AS_STUDENT).sort()).toEqual(typesOf(studentCommand.options).sort())
})

const rows = [
  ...Object.entries(ON_CAMPUS).map(([type, row]) => ['campus', type, row] as const),
  ...Object.entries(AT_DESK).map(([type, row]) => ['desk', type, row] as const),
  ...Object.entries(AS_STUDENT).map(([type, row]) => ['student', type, row] as const),
]

test.each(rows)('%s: %s', async (place, _, { gets, make, isFresh = false }) => {
  const world = isFresh ? await createWorld(backend.store, uuidv7().slice(-8)) : shared
  const got: Partial<Gets> = {}
  const told: string[] = []
  for (const caller of CALLERS) {
    const answer = await give[place]?.(world, caller, make(world, caller))
    if (answer === undefined) throw new Error(`nobody gives commands at ${place}`)
    got[caller] = outcomeOf(answer)
    told.push(...listTold(answer.content.toString(), caller))
  }
  if (isFresh) await world.close()
  expect(got).toEqual(gets)
  expect(told).toEqual([])
})

test.each(OF_THE_SERVER)('nobody says %s', async (type) => {
  const { people, group, groupMessage, heldQuestion } = shared
  const content = { type, id: id(), conversationId: group, messageId: groupMessage, questionId: heldQuestion }
  for (const caller of ['operator', 'creator'] as const) {
    const more = { handle: 'x', name: 'x', userId: people.member.userId }
    expect(outcomeOf(await post(shared, caller, '/api/commands', { commands: [{ ...content, ...more }] }))).toBe(
      'bad_request',
    )
  }
  const path = `/api/classrooms/${shared.classroom}/commands`
  expect(outcomeOf(await post(shared, 'creator', path, { commands: [content] }))).toBe('bad_request')
  const student = await post(shared, 'asker', `/q/api/${shared.classroom}/commands`, { command: content })
  expect(outcomeOf(student)).toBe('bad_request')
})
