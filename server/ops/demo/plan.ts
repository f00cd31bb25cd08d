import { uuidv7 } from 'uuidv7'
import { directId } from '../../../shared/direct-id.ts'
import type { Command } from '../../../shared/protocol/commands.ts'
import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { MUTED_FOR_GOOD } from '../../../shared/protocol/rows.ts'
import { DEMO_GROUPS } from './groups.ts'
import { createRandom, type Random } from './random.ts'
import { type Story, STORIES, type When } from './stories.ts'
import { type CommandStep, type Member, playThread, type SentFiles, type Step } from './thread-steps.ts'
import { CAMPUS, SMALL_TALK } from './threads.ts'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
/** How long ago the newest thread of each conversation began at most. */
const NEWEST_MS = 46 * HOUR_MS
/** Nobody writes at night. */
const FIRST_HOUR = 8
const LAST_HOUR = 22
export const DEMO_MESSAGES = 5_000
const FRIENDS = 9

interface Conversation {
  id: string
  /** What begins it; Everyone is there already. */
  begin: Command | undefined
  leader: Member
  members: readonly Member[]
  threads: readonly (readonly string[])[]
  /** How much is said here, beside the others. */
  share: number
}

/** A year of a small campus that ends now, with so many messages or a few more, as steps in the order of their time. */
export function planDemo(people: readonly Member[], now: number, messages = DEMO_MESSAGES): Step[] {
  const [first, ...others] = people
  if (first === undefined) return []
  const random = createRandom(2_026)
  const startedAt = now - 365 * DAY_MS
  const groups = planGroups(random, first, others)
  const directs = planDirects(random, first, others)
  const everyone = planEveryone(people)
  const conversations = [...groups, ...directs, everyone]
  const play = (conversation: Conversation, startsAt: number) =>
    playThread(
      random,
      { ...conversation, first, conversationId: conversation.id, startsAt },
      random.pick(conversation.threads),
    )

  const steps: Step[] = conversations.flatMap(({ begin, leader }) =>
    begin === undefined ? [] : [{ at: startedAt, userId: leader.id, command: begin }],
  )
  // Wherever one looks something was said in the last two days.
  for (const conversation of conversations)
    steps.push(...play(conversation, now - random.between(3 * HOUR_MS, NEWEST_MS)))
  const shares = conversations.flatMap((conversation) => Array<Conversation>(conversation.share).fill(conversation))
  while (countMessages(steps) < messages) {
    steps.push(...play(random.pick(shares), pickMoment(random, startedAt + DAY_MS, now - 2 * DAY_MS)))
  }
  steps.push(...planStories(random, first, { groups, directs, everyone }, startedAt, now))
  const past = steps.filter(({ at }) => at < now - HOUR_MS).sort(byTime)
  const newest = new Map<string, CommandStep>()
  for (const step of past) {
    if ('command' in step && step.command.type === 'message.send') newest.set(step.command.conversationId, step)
  }
  const readings = planReading(random, conversations, newest, first, now)
  return [...[...past, ...readings].sort(byTime), ...planArrangement(first, groups, directs, now)]
}

function byTime(one: Step, other: Step): number {
  return one.at - other.at
}

function countMessages(steps: readonly Step[]): number {
  return steps.filter((step) => 'command' in step && step.command.type === 'message.send').length
}

interface Places {
  groups: readonly Conversation[]
  directs: readonly Conversation[]
  everyone: Conversation
}

/** What comes with files, in the order of its time, for some of it is forwarded later. */
function planStories(random: Random, first: Member, places: Places, startedAt: number, now: number): Step[] {
  const sentFiles: SentFiles = new Map()
  return STORIES.map((story) => ({ story, at: Math.max(startedAt + DAY_MS, toTime(random, story.when, now)) }))
    .sort((one, other) => one.at - other.at)
    .flatMap(({ story, at }) => {
      const conversation = findPlace(story, places)
      const scene = { ...conversation, first, conversationId: conversation.id, startsAt: at }
      return playThread(random, scene, story.thread, sentFiles)
    })
}

function findPlace({ where }: Story, { groups, directs, everyone }: Places): Conversation {
  if (where === 'everyone') return everyone
  const place = DEMO_GROUPS.findIndex(({ title }) => 'group' in where && title === where.group)
  const found = 'friend' in where ? directs[where.friend] : groups[place]
  if (found === undefined) throw new Error(`The demo has no conversation ${JSON.stringify(where)}.`)
  return found
}

function toTime(random: Random, when: When, now: number): number {
  if ('hoursAgo' in when) return now - when.hoursAgo * HOUR_MS
  const day = new Date(now - ('daysAgo' in when ? when.daysAgo * DAY_MS : 0))
  day.setHours(random.between(FIRST_HOUR, LAST_HOUR), random.between(0, 59))
  if ('daysAgo' in when) return day.getTime()
  const [month = 1, date = 1] = when.lastOn.split('-').map(Number)
  day.setMonth(month - 1, date)
  if (day.getTime() > now - 3 * DAY_MS) day.setFullYear(day.getFullYear() - 1)
  return day.getTime()
}

function pickMoment(random: Random, from: number, to: number): number {
  const day = new Date(from + random.next() * (to - from))
  const isWeekend = day.getDay() === 0 || day.getDay() === 6
  if (isWeekend && random.next() < 0.6) return pickMoment(random, from, to)
  return day.setHours(random.between(FIRST_HOUR, LAST_HOUR), random.between(0, 59))
}

function isStaff({ handle }: Member): boolean {
  return /^(dr|prof)\./.test(handle)
}

/** The first groups are courses, and a lecturer leads each; `first` is in all but the last but one. */
function planGroups(random: Random, first: Member, others: readonly Member[]): Conversation[] {
  const staff = others.filter(isStaff)
  const students = others.filter((person) => !isStaff(person) && person.handle !== 'union')
  return DEMO_GROUPS.map(({ title, members: count, threads, share }, index) => {
    const chosen = random.shuffle(students)
    const people = index === DEMO_GROUPS.length - 2 ? [] : [first]
    const lecturer = staff[index]
    if (lecturer !== undefined) people.unshift(lecturer)
    const members = [...people, ...chosen].slice(0, count)
    const leader = members[0] ?? first
    const id = uuidv7()
    const userIds = members.filter((member) => member !== leader).map((member) => member.id)
    const begin: Command = { type: 'group.create', id: uuidv7(), conversationId: id, title, userIds }
    return { id, begin, leader, members, threads, share: share * 3 }
  })
}

function planDirects(random: Random, first: Member, others: readonly Member[]): Conversation[] {
  const students = random.shuffle(others.filter((person) => !isStaff(person) && person.handle !== 'union'))
  const friends = students.slice(0, FRIENDS)
  const strangers = students.slice(FRIENDS)
  const pairs = [
    ...friends.map((friend) => [first, friend] as const),
    ...strangers.flatMap((one, index) => {
      const other = strangers[index + 1]
      return other === undefined ? [] : [[one, other] as const]
    }),
  ]
  return pairs.map(([leader, other], index) => {
    const id = directId(leader.id, other.id)
    const begin: Command = { type: 'direct.create', id: uuidv7(), conversationId: id, userId: other.id }
    return { id, begin, leader, members: [leader, other], threads: SMALL_TALK, share: index < FRIENDS ? 4 : 1 }
  })
}

function planEveryone(people: readonly Member[]): Conversation {
  const union = people.find(({ handle }) => handle === 'union') ?? people[0]
  if (union === undefined) throw new Error('a campus without people')
  const id = EVERYONE_ID
  return { id, begin: undefined, leader: union, members: people, threads: CAMPUS, share: 6 }
}

/**
 * Everybody has read all but the newest thread, and nearly everybody that one too; `first` finds
 * something new in every third conversation in which somebody else spoke last.
 */
function planReading(
  random: Random,
  conversations: readonly Conversation[],
  newest: ReadonlyMap<string, CommandStep>,
  first: Member,
  now: number,
): Step[] {
  const steps: Step[] = []
  conversations.forEach(({ id, members }, index) => {
    const last = newest.get(id)
    for (const member of members) {
      const read = (at: number) =>
        steps.push({
          at,
          userId: member.id,
          command: { type: 'read', id: uuidv7(), conversationId: id, n: TO_THE_END },
        })
      read(now - NEWEST_MS - random.between(1, 90) * 60_000)
      const isNews = member === first ? index % 3 === 1 && last?.userId !== first.id : random.next() < 0.15
      if (!isNews) read(now - random.between(1, 55) * 60_000)
    }
  })
  return steps
}

/** The server takes what is beyond the last message for the last one. */
const TO_THE_END = 1_000_000

function planArrangement(
  first: Member,
  groups: readonly Conversation[],
  directs: readonly Conversation[],
  at: number,
): Step[] {
  const set = (conversation: Conversation | undefined, changes: object): Step[] =>
    conversation === undefined
      ? []
      : [
          {
            at,
            userId: first.id,
            command: { type: 'conversation.set', id: uuidv7(), conversationId: conversation.id, ...changes },
          },
        ]
  const draft: Command = {
    type: 'draft.set',
    id: uuidv7(),
    conversationId: directs[2]?.id ?? EVERYONE_ID,
    text: 'I thought about it, and',
    replyToId: null,
    changedAt: at,
  }
  return [
    ...set(groups[6], { pinned: true }),
    ...set(directs[0], { pinned: true }),
    ...set(groups[8], { mutedUntil: MUTED_FOR_GOOD }),
    ...set(groups[5], { archivedN: TO_THE_END }),
    ...set(directs[3], { markedUnread: true }),
    { at, userId: first.id, command: draft },
  ]
}
