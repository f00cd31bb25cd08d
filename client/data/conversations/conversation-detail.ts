import type { Role } from '../../../shared/protocol/fields.ts'
import type { ConversationRow, MemberRow, SettingRow } from '../../../shared/protocol/rows.ts'
import type { OutboxEntry } from '../../sync/database.ts'
import { toArrangement, type Arrangement } from './arrangement.ts'
import { begunHere, toPictureId, toTitle, type ConversationKind } from './conversation-summary.ts'
import { entriesOf, isOptimistic, isWaiting } from '../outbox/pending.ts'
import type { FindPerson, Person } from '../people/person.ts'
import { hasReceipts } from '../receipts/receipts.ts'
import { byName } from '../people/search-people.ts'
import { chooseFaces } from './faces.ts'

export interface Member {
  person: Person
  me: boolean
  leads: boolean
  /** Added, and the server has not heard of it. */
  waiting: boolean
}

export type Posting = 'everybody' | 'leaders' | 'moderators' | 'nobody'

export interface ConversationDetail extends Arrangement {
  id: string
  kind: ConversationKind
  title: string
  /** The other person's, or of a group that has one. */
  pictureId: string | null
  /** What a group is about, in some lines; empty where nobody said. */
  description: string
  other: Person | null
  /** By name, whoever leads first. Empty for Everyone. */
  members: Member[]
  /** Up to four members of a group, for its picture. */
  faces: readonly Person[]
  /** Whether its members learn who received, saw and types what; otherwise there is a count of who has seen. */
  small: boolean
  /** Whether this person may rename the group and add, remove and choose who leads. */
  leads: boolean
  /** What this person may do beyond what everybody may. */
  role: Role
  /** Who may write here, and how many seconds lie between two messages of one person. */
  posting: Posting
  slowSeconds: number
  /** Whether this person may write here. */
  mayPost: boolean
  /** Whether this person blocked the other one of a direct conversation. */
  blocked: boolean
  /** So far it exists on this device only. */
  pending: boolean
  /** One was in it, and is no more. */
  gone: boolean
}

export interface DetailInput {
  myId: string
  conversationId: string
  conversation: ConversationRow | undefined
  members: readonly MemberRow[]
  setting: SettingRow | undefined
  /** The greatest `n` of the conversation on this device. */
  lastN: number
  now: number
  /** Those of this conversation, in order. */
  entries: readonly OutboxEntry[]
  /** Whom a conversation that nobody has begun yet would be with. */
  withUserId: string | null
  findPerson: FindPerson
  /** Whom this person blocked. */
  blocked?: ReadonlySet<string>
  /** What this person may do, as far as this device heard. */
  role?: Role
}

const NOBODY: ReadonlySet<string> = new Set()

/** Null when this device knows of no such conversation. */
export function toDetail(input: DetailInput): ConversationDetail | null {
  const { myId, conversationId, conversation, entries, setting, lastN, now, withUserId, findPerson } = input
  const { role = 'member', blocked = NOBODY } = input
  const conversations = conversation === undefined ? [] : [conversation]
  const row = conversation ?? begunHere({ myId, conversations, outbox: entries }).at(0)
  if (row === undefined) {
    return withUserId === null ? null : notYetBegun(conversationId, findPerson(withUserId), blocked.has(withUserId))
  }

  const group = toGroup(row, input)
  const otherId = row.kind === 'direct' ? ([...group.people.keys()].find((id) => id !== myId) ?? withUserId) : null
  const other = otherId === null ? null : findPerson(otherId)
  const pending = conversation === undefined
  const leads = row.kind === 'group' && group.leaderId === myId && group.people.has(myId)
  const { posting, slowSeconds } = toGoverned(row, entries)
  return {
    ...toArrangement({ setting, entries, lastN, now }),
    id: row.id,
    kind: row.kind,
    title: toTitle(row, entries, other),
    pictureId: other?.pictureId ?? toPictureId(row, entries),
    description: toDescription(row, entries),
    other,
    members: toMembers(group, myId, findPerson),
    faces: row.kind === 'group' ? chooseFaces(listOthers(group, myId).map(findPerson)) : [],
    small: hasReceipts(row.kind, group.people.size),
    leads,
    ...{ role, posting, slowSeconds },
    mayPost: posting !== 'nobody' && (role !== 'member' || posting === 'everybody' || (posting === 'leaders' && leads)),
    blocked: other !== null && blocked.has(other.id),
    pending,
    gone: row.kind !== 'everyone' && !pending && !group.people.has(myId),
  }
}

function toDescription(row: ConversationRow, entries: readonly OutboxEntry[]): string {
  const change = entriesOf(entries, 'group.describe').filter(isOptimistic).at(-1)
  return change?.command.description ?? row.description ?? ''
}

function toGoverned(
  row: ConversationRow,
  entries: readonly OutboxEntry[],
): Pick<ConversationDetail, 'posting' | 'slowSeconds'> {
  const change = entriesOf(entries, 'conversation.govern').filter(isOptimistic).at(-1)?.command
  const { posting = 'everybody', slowSeconds = 0 } = change ?? row
  return { posting, slowSeconds }
}

export interface Group {
  leaderId: string | null
  /** Who is in it, and whether that still waits. */
  people: Map<string, { waiting: boolean }>
}

/** The rows, and then everything that is hoped for, in the order in which it was done. */
export function toGroup(
  row: ConversationRow,
  { myId, members, entries }: Pick<DetailInput, 'myId' | 'members' | 'entries'>,
): Group {
  const group: Group = { leaderId: row.creatorId, people: new Map() }
  for (const member of members) if (!member.removed) group.people.set(member.userId, { waiting: false })
  for (const entry of entries.filter(isOptimistic)) {
    const { command } = entry
    const waiting = isWaiting(entry)
    const add = (userId: string) => {
      if (!group.people.has(userId)) group.people.set(userId, { waiting })
    }
    switch (command.type) {
      case 'direct.create':
        ;[myId, command.userId].forEach(add)
        break
      case 'group.create':
        add(myId)
        command.userIds.forEach(add)
        break
      case 'member.add':
        command.userIds.forEach(add)
        break
      case 'member.remove':
        group.people.delete(command.userId)
        break
      case 'member.leave':
        group.people.delete(myId)
        break
      case 'member.leave-for-good':
        if (command.forGood) group.people.delete(myId)
        break
      case 'group.hand-over':
        group.leaderId = command.userId
        break
      default:
        break
    }
  }
  return group
}

/** All but oneself, in the same order on every device: those who registered first. */
export function listOthers({ people }: Group, myId: string): string[] {
  return [...people.keys()].filter((id) => id !== myId).sort()
}

function toMembers({ leaderId, people }: Group, myId: string, findPerson: FindPerson): Member[] {
  return [...people]
    .map(([id, { waiting }]) => ({ person: findPerson(id), me: id === myId, leads: id === leaderId, waiting }))
    .sort((a, b) => Number(b.leads) - Number(a.leads) || byName(a.person, b.person))
}

function notYetBegun(id: string, other: Person, blocked: boolean): ConversationDetail {
  return {
    ...toArrangement({ setting: undefined, entries: [], lastN: 0, now: 0 }),
    ...{
      id,
      kind: 'direct',
      title: other.name,
      pictureId: other.pictureId,
      description: '',
      other,
      members: [],
      faces: [],
      small: true,
    },
    ...{ role: 'member', slowSeconds: 0 },
    ...(other.former === true ? { posting: 'nobody', mayPost: false } : { posting: 'everybody', mayPost: true }),
    ...{ leads: false, blocked, pending: true, gone: false },
  }
}
