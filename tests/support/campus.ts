import { uuidv7 } from 'uuidv7'
import type { Bus } from '../../server/bus/bus.ts'
import { createMemoryBus } from '../../server/bus/memory.ts'
import { type CampusCommand, toEntry } from '../../server/campus/command.ts'
import { createCampusKind } from '../../server/campus/kind.ts'
import type { PageLimits } from '../../server/campus/page-limits.ts'
import type { Gathering } from '../../server/campus/receipt-gatherer.ts'
import type { Rules } from '../../server/campus/rules.ts'
import { campusChannel, type Campus as CampusTypes, type LogRow } from '../../server/campus/types.ts'
import { withDrawnPictures } from '../../server/commands/draw-pictures.ts'
import { campusRules } from '../../server/commands/rules.ts'
import { publishReceipts } from '../../server/commands/submit.ts'
import { createPictureDrawer } from '../../server/files/draw-picture.ts'
import { type Committed, isRefused, type ObserveBatch } from '../../server/log/group-commit.ts'
import { pull, type PullInput, type PullOutcome } from '../../server/log/pull.ts'
import { createSequencer, type Sequencer } from '../../server/log/sequencer.ts'
import type { Schema } from '../../server/store/schema.ts'
import type { Store } from '../../server/store/store.ts'
import type { Command } from '../../shared/protocol/commands.ts'
import { directId } from '../../shared/direct-id.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { CommandResult } from '../../shared/protocol/results.ts'

/** What a transaction of the campus added, with its rows. */
export interface PublishedBatch extends Committed<CampusTypes> {
  rows: readonly LogRow[]
}

/** A campus as one server process writes it, with short words for what tests do all the time. */
export interface Campus {
  readonly store: Store
  readonly bus: Bus
  readonly sequencer: Sequencer<CampusTypes>
  /** Everything that was published, in order. */
  readonly published: PublishedBatch[]
  /** Everything that was reported as a bug or the outside world. */
  readonly errors: unknown[]
  /** Submits what somebody commands. */
  submit(userId: string, commands: readonly CampusCommand[]): Promise<CommandResult[]>
  /** Registers somebody new and returns their id. */
  register(name?: string): Promise<string>
  /** Submits commands of which each must be accepted; returns the last one's seq. */
  accept(userId: string, ...commands: CampusCommand[]): Promise<number>
  /** Submits one command and returns its code, or `accepted`. */
  codeOf(userId: string, command: CampusCommand): Promise<string>
  /** Begins a group and returns its id. */
  group(creatorId: string, ...userIds: string[]): Promise<string>
  /** Begins the conversation of two people and returns its id. */
  direct(userId: string, otherId: string): Promise<string>
  /** Tells what receipts of a conversation have gathered, as the gatherer does after a moment. */
  publishReceipts(conversationId: string): Promise<void>
  head(): Promise<number>
}

export interface CampusOptions {
  store: Store
  bus?: Bus
  now?: () => number
  rules?: Rules
  /** Hears of each conversation of which receipts have gathered. */
  onUnpublished?: (conversation: Gathering) => void
  /** With more people registered, Everyone is crowded. */
  peopleOnDevicesMax?: number
  /** Instead of telling it on the bus. */
  publish?: (batch: PublishedBatch) => void
  observe?: ObserveBatch
  /** Stands before the sequencer. */
  watch?: (sequencer: Sequencer<CampusTypes>) => Sequencer<CampusTypes>
}

const drawPicture = createPictureDrawer()

export function createCampus({
  store,
  bus = createMemoryBus(),
  now = Date.now,
  rules = campusRules,
  onUnpublished,
  peopleOnDevicesMax,
  publish = (batch) => bus.publish(campusChannel, batch),
  observe,
  watch = (sequencer) => sequencer,
}: CampusOptions): Campus {
  const published: PublishedBatch[] = []
  const errors: unknown[] = []
  const undrawn = createSequencer<CampusTypes>({
    store,
    kind: createCampusKind(store, rules, onUnpublished, peopleOnDevicesMax),
    publish({ rows, ...committed }) {
      if (rows === null) throw new Error('a batch of the campus was published without its rows')
      const batch = { ...committed, rows }
      published.push(batch)
      publish(batch)
    },
    now,
    onError: (error) => `error-${errors.push(error)}`,
    observe,
  })
  const sequencer = watch(withDrawnPictures(undrawn, drawPicture))
  const submit: Campus['submit'] = async (userId, commands) => submitTo(sequencer, userId, commands)
  const accept = async (userId: string, ...commands: CampusCommand[]) => {
    const results = await submit(userId, commands)
    return results.reduce((_, result) => getSeq(result), 0)
  }
  return {
    store,
    bus,
    sequencer,
    published,
    errors,
    submit,
    accept,
    async register(name = 'Somebody') {
      const id = uuidv7()
      await accept(id, registerUser(id, name))
      return id
    },
    async codeOf(userId, command) {
      const [result] = await submit(userId, [command])
      return result?.status === 'refused' ? result.code : (result?.status ?? 'nothing')
    },
    async group(creatorId, ...userIds) {
      const command = createGroup(userIds)
      await accept(creatorId, command)
      return command.conversationId
    },
    async direct(userId, otherId) {
      const command = createDirect(userId, otherId)
      await accept(userId, command)
      return command.conversationId
    },
    publishReceipts: (conversationId) => publishReceipts(sequencer, conversationId),
    head: () => findHead(store),
  }
}

/** Submits what somebody commands, as it is, and resolves with a result for each, in order. */
export async function submitTo(
  sequencer: Pick<Sequencer<CampusTypes>, 'submit'>,
  userId: string,
  commands: readonly CampusCommand[],
): Promise<CommandResult[]> {
  const entries = commands.map((command) => toEntry(userId, command))
  const decisions = await sequencer.submit(CAMPUS_LOG, entries)
  return decisions.map((decision, index): CommandResult => {
    const id = commands[index]?.id ?? ''
    return isRefused(decision) ? { status: 'refused', id, ...decision } : { status: 'accepted', id, ...decision }
  })
}

/** Pulls a page of the campus log for somebody, by default the first one of all. */
export function pullCampus(
  store: Store,
  userId: string,
  from: Partial<PullInput> = {},
  limits?: PageLimits,
): Promise<PullOutcome<CampusTypes>> {
  const input = { lineage: '', cursor: 0, next: null, ...from }
  return pull(store, createCampusKind(store, campusRules), CAMPUS_LOG, { userId }, input, limits)
}

export async function findHead(store: Store): Promise<number> {
  const log = await store.db.selectFrom('log').select('head').where('id', '=', CAMPUS_LOG).executeTakeFirstOrThrow()
  return log.head
}

function getSeq(result: CommandResult): number {
  if (result.status === 'refused') throw new Error(`refused with ${result.code}: ${result.message}`)
  return result.seq
}

/** Every table that the log writes, so that a test can say that nothing changed. */
export async function dump(store: Store): Promise<Record<string, unknown[]>> {
  const keys = {
    log: 'id',
    user: 'seq',
    likeness: 'user_id',
    name_word: 'user_id',
    conversation: 'seq',
    member: 'seq',
    message: 'seq',
    mention: 'message_id',
    annotation: 'seq',
    event: 'seq',
    receipt: 'user_id',
    reading: 'seq',
    personal: 'seq',
    hidden_message: 'seq',
    preference: 'seq',
    block: 'seq',
    contact_request: 'conversation_id',
    picture: 'id',
    command: 'id',
  } as const satisfies Partial<Record<keyof Schema, string>>
  const tables: Record<string, unknown[]> = {}
  for (const [table, key] of Object.entries(keys)) {
    tables[table] = await store.db
      .selectFrom(table as keyof typeof keys)
      .selectAll()
      .orderBy(key)
      .execute()
  }
  return tables
}

export function registerUser(id: string, name: string): CampusCommand {
  return { type: 'user.register', id, handle: `u${id.replaceAll('-', '').slice(3)}`, name }
}

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

export function send(
  conversationId: string = EVERYONE_ID,
  text = 'Hello',
  changes: Partial<Of<'message.send'>> = {},
): Of<'message.send'> {
  return {
    type: 'message.send',
    id: uuidv7(),
    conversationId,
    text,
    writtenAt: 1_700_000_000_000,
    replyToId: null,
    mentions: [],
    mentionsAll: false,
    forwarded: false,
    ...changes,
  }
}
export function createGroup(userIds: string[] = [], changes: Partial<Of<'group.create'>> = {}): Of<'group.create'> {
  return { type: 'group.create', id: uuidv7(), conversationId: uuidv7(), title: 'A group', userIds, ...changes }
}
export function createDirect(userId: string, otherId: string): Of<'direct.create'> {
  return { type: 'direct.create', id: uuidv7(), conversationId: directId(userId, otherId), userId: otherId }
}
export function renameGroup(conversationId: string, title: string): Of<'group.rename'> {
  return { type: 'group.rename', id: uuidv7(), conversationId, title }
}
export function describeGroup(conversationId: string, description: string): Of<'group.describe'> {
  return { type: 'group.describe', id: uuidv7(), conversationId, description }
}
export function setGroupPicture(conversationId: string, picture: string | null): Of<'group.picture'> {
  return { type: 'group.picture', id: uuidv7(), conversationId, picture }
}
export function handOver(conversationId: string, userId: string): Of<'group.hand-over'> {
  return { type: 'group.hand-over', id: uuidv7(), conversationId, userId }
}
export function addMembers(conversationId: string, ...userIds: string[]): Of<'member.add'> {
  return { type: 'member.add', id: uuidv7(), conversationId, userIds }
}
export function removeMember(conversationId: string, userId: string): Of<'member.remove'> {
  return { type: 'member.remove', id: uuidv7(), conversationId, userId }
}
export function leaveGroup(conversationId: string): Of<'member.leave'> {
  return { type: 'member.leave', id: uuidv7(), conversationId }
}
export function block(userId: string, blocked = true): Of<'block.set'> {
  return { type: 'block.set', id: uuidv7(), userId, blocked }
}
export function answerRequest(conversationId: string, accepted = true): Of<'request.answer'> {
  return { type: 'request.answer', id: uuidv7(), conversationId, accepted }
}
export function leaveForGood(conversationId: string, forGood = true): Of<'member.leave-for-good'> {
  return { type: 'member.leave-for-good', id: uuidv7(), conversationId, forGood }
}
export function edit(
  conversationId: string,
  messageId: string,
  text = 'Edited',
  changes: Partial<Of<'message.edit'>> = {},
): Of<'message.edit'> {
  return {
    type: 'message.edit',
    id: uuidv7(),
    conversationId,
    messageId,
    text,
    mentions: [],
    mentionsAll: false,
    ...changes,
  }
}
export function remove(conversationId: string, messageId: string): Of<'message.delete'> {
  return { type: 'message.delete', id: uuidv7(), conversationId, messageId }
}
export function hide(conversationId: string, messageId: string, hidden = true): Of<'message.hide'> {
  return { type: 'message.hide', id: uuidv7(), conversationId, messageId, hidden }
}

export function pin(conversationId: string, messageId: string, pinned = true): Of<'message.pin'> {
  return { type: 'message.pin', id: uuidv7(), conversationId, messageId, pinned }
}
export function react(conversationId: string, messageId: string, emoji = '👍', on = true): Of<'reaction.set'> {
  return { type: 'reaction.set', id: uuidv7(), conversationId, messageId, emoji, on }
}
export function receive(conversationId: string, n: number, ...more: Of<'receive'>['positions']): Of<'receive'> {
  return { type: 'receive', id: uuidv7(), positions: [{ conversationId, n }, ...more] }
}
export function read(conversationId: string, n: number): Of<'read'> {
  return { type: 'read', id: uuidv7(), conversationId, n }
}
export function setConversation(
  conversationId: string,
  changes: Omit<Partial<Of<'conversation.set'>>, 'type' | 'id' | 'conversationId'>,
): Of<'conversation.set'> {
  return { type: 'conversation.set', id: uuidv7(), conversationId, ...changes }
}
export function setDraft(
  conversationId: string,
  text: string,
  changes: Partial<Of<'draft.set'>> = {},
): Of<'draft.set'> {
  return {
    type: 'draft.set',
    id: uuidv7(),
    conversationId,
    text,
    replyToId: null,
    changedAt: 1_700_000_000_000,
    ...changes,
  }
}
export function setPreference(changes: Omit<Partial<Of<'preference.set'>>, 'type' | 'id'>): Of<'preference.set'> {
  return { type: 'preference.set', id: uuidv7(), ...changes }
}
export function setPicture(picture: string | null): Of<'profile.picture'> {
  return { type: 'profile.picture', id: uuidv7(), picture }
}
export function renameProfile(name: string): Of<'profile.rename'> {
  return { type: 'profile.rename', id: uuidv7(), name }
}
