import { toAskedId } from '../../../server/commands/contacts.ts'
import { toAnnotationRow, toPersonalRow } from '../../../server/campus/annotations.ts'
import { toEventRow } from '../../../server/campus/events.ts'
import { toReceiptRows } from '../../../server/campus/receipts.ts'
import type { Store } from '../../../server/store/store.ts'
import type { Command, CommandOf } from '../../../shared/protocol/commands.ts'
import type { ReactionRow, SeenRow } from '../../../shared/protocol/rows.ts'
import type { Device } from '../device.ts'
import { memberKey } from '../memory-store.ts'
import type { Scheduler } from '../scheduler.ts'

/*
 * What people did, in order: what becomes of their messages, readings, drafts, reactions and arrangements is held
 * against it. Nothing may be claimed that nobody did.
 */
export interface Record {
  note(device: Device, commands: readonly Command[]): void
  /** A browser is about to throw away what it stored: what never left it is lost, as was always said. */
  noteEviction(device: Device): void
  /** Somebody took back a message that waited. */
  noteDropped(messageId: string): void
  /** The log is about to go back in time. */
  noteRestore(): void
  /** What is wrong at rest, in sentences. */
  check(store: Store, isRestored: boolean): Promise<string[]>
}

interface Done {
  device: Device
  command: Command
  /** When it was, whatever the device's clock said. */
  at: number
}

export function createRecord(devices: readonly Device[], { now }: Pick<Scheduler, 'now'>): Record {
  const done: Done[] = []
  const evicted = new Set<Device>()
  const mayBeLost = new Set<string>()
  const putOut: { conversationId: string; userId: string; since: number }[] = []

  /** Everything of one kind that somebody did, in the order of each of their devices. */
  const listOf = <Type extends Command['type']>(type: Type, userId?: string) =>
    done.flatMap(({ device, command }) =>
      command.type === type && (userId === undefined || device.person.userId === userId)
        ? [command as CommandOf<Type>]
        : [],
    )
  /** Whether all that somebody did was done on one device, and none of it was lost: else its order is not known. */
  const isOrdered = (userId: string) => {
    const own = devices.filter((device) => device.person.userId === userId)
    // What a clock that was set made too old to be sent stands refused, for its writer to see.
    const isOld = ({ disk }: Device) =>
      [...disk.outbox.rows.values()].some(({ state }) => state.kind === 'refused' && state.code === 'too_old')
    return own.length === 1 && own.every((device) => !evicted.has(device) && !isOld(device))
  }
  /** Whether somebody was perhaps not in a conversation all the time, so that what they did there was perhaps refused. */
  const mayHaveLeft = (conversationId: string, userId: string) =>
    listOf('member.remove').some((one) => one.conversationId === conversationId && one.userId === userId) ||
    listOf('member.leave', userId).some((one) => one.conversationId === conversationId)

  /** Every message ever written is in the log once, or stands refused in its writer's outbox; each device's stand in the order of writing. */
  async function checkMessages(store: Store, isRestored: boolean): Promise<string[]> {
    const wrong: string[] = []
    const stored = await store.db.selectFrom('message').selectAll().execute()
    const byId = new Map(stored.map((message) => [message.id, message]))
    const written = new Set(listOf('message.send').map(({ id }) => id))
    for (const { id } of stored) if (!written.has(id)) wrong.push(`message ${id} was written by nobody`)
    const last = new Map<string, number>()
    const isAside = listAside()
    for (const [index, { device, command }] of done.entries()) {
      if (command.type !== 'message.send') continue
      const { id, conversationId } = command
      const message = byId.get(id)
      if (message === undefined) {
        const isRefused = [...device.disk.outbox.rows.values()].some((entry) => entry.id === id)
        if (!isRefused && !mayBeLost.has(id)) wrong.push(`message ${id} of ${conversationId} was lost`)
        continue
      }
      // With files it takes its place when these are whole, and so does what is about it.
      if (isAside.has(id)) continue
      // Offered again after a restored backup, perhaps by another device of theirs, what one wrote meanwhile may stand before it.
      if (isRestored) continue
      // Refused while one was not in, and taken the next time, for the refusal was never heard.
      if (mayHaveLeft(conversationId, device.person.userId)) continue
      const key = `${devices.indexOf(device)} ${conversationId}`
      if (message.n < (last.get(key) ?? 0)) wrong.push(`message ${id} stands before an earlier one (${index})`)
      last.set(key, message.n)
    }
    return wrong
  }

  /** Who is in a conversation no more has nothing left of what they said there, and cannot say it again. */
  function noteForgotten({ disk }: Device, { id, conversationId }: CommandOf<'message.send'>): void {
    const isQueued = [...disk.outbox.rows.values()].some((entry) => entry.id === id)
    if (!isQueued && !disk.conversations.rows.has(conversationId)) mayBeLost.add(id)
  }

  /** Messages with files, and what answers them or sends these on. */
  function listAside(): Set<string> {
    const aside = new Set<string>()
    for (const { id, files = [], replyToId } of listOf('message.send')) {
      const about = [replyToId ?? '', ...files.map(({ from }) => from?.messageId ?? '')]
      if (files.length > 0 || about.some((one) => aside.has(one))) aside.add(id)
    }
    return aside
  }

  /**
   * What was typed, and from when to when it may stand by the log's clock. A clock that ran ahead gives nobody the last
   * word for ever: the server takes what is typed by it for typed when it comes, and that may be any time after it was.
   * What a browser threw away may never have come.
   */
  function listDrafts(userId: string, conversationId: string): { text: string; from: number; to: number }[] {
    return done.flatMap(({ device, command, at }) => {
      if (command.type !== 'draft.set' || command.conversationId !== conversationId) return []
      const { text, changedAt: to } = command
      const from = evicted.has(device) ? -Infinity : Math.min(at, to)
      return device.person.userId === userId ? [{ text, from, to }] : []
    })
  }

  async function checkDrafts(store: Store): Promise<string[]> {
    const wrong: string[] = []
    for (const record of await store.db.selectFrom('personal').selectAll().execute()) {
      const row = toPersonalRow(record)
      const { conversationId } = row
      const userId = record.user_id
      if (mayHaveLeft(conversationId, userId)) continue
      if (row.type === 'draft') {
        const drafts = listDrafts(userId, conversationId)
        const last = Math.max(...drafts.map(({ from }) => from))
        if (drafts.some(({ text, to }) => to >= last && text === row.text)) continue
        wrong.push(`${userId} has for a draft in ${conversationId} "${row.text}", which is not what was typed last`)
      } else if (isOrdered(userId)) {
        const choices = listOf('conversation.set', userId).filter((one) => one.conversationId === conversationId)
        const last = choices.findLast((one) => one.pinned !== undefined)?.pinned ?? false
        if (last !== row.pinned)
          wrong.push(`${userId} has ${conversationId} pinned: ${row.pinned}, and chose otherwise`)
      }
    }
    return wrong
  }

  async function checkAnnotations(store: Store): Promise<string[]> {
    const messages = await store.db.selectFrom('message').select(['id', 'text']).execute()
    const deleted = new Set(messages.flatMap(({ id, text }) => (text === null ? [id] : [])))
    const annotations = (await store.db.selectFrom('annotation').selectAll().execute()).map(toAnnotationRow)
    const receipts = toReceiptRows(await store.db.selectFrom('receipt').selectAll().execute(), true)
    return [...annotations, ...receipts].flatMap((row) => {
      if (row.type === 'revision' || row.type === 'delivery') return []
      const { userId, conversationId } = row
      if (!isOrdered(userId) || mayHaveLeft(conversationId, userId)) return []
      return row.type === 'seen' ? checkSeen(row) : checkReactions(row, deleted.has(row.messageId))
    })
  }

  function checkReactions({ userId, messageId, emoji }: ReactionRow, isDeleted: boolean): string[] {
    const chosen = new Set<string>()
    for (const one of listOf('reaction.set', userId)) {
      if (one.messageId !== messageId) continue
      if (one.on) chosen.add(one.emoji)
      else chosen.delete(one.emoji)
    }
    const expected = isDeleted ? [] : [...chosen]
    if (JSON.stringify([...emoji].sort()) === JSON.stringify(expected.sort())) return []
    return [`${userId} reacts to ${messageId} with ${emoji.join()} instead of ${expected.join()}`]
  }

  /** Only what was read while one let others know, and of that the end of a step. */
  function checkSeen({ userId, conversationId, steps }: SeenRow): string[] {
    let tells = true
    const told = new Set<number>()
    for (const { device, command } of done) {
      if (device.person.userId !== userId) continue
      if (command.type === 'preference.set') tells = command.seen ?? tells
      else if (command.type === 'read' && command.conversationId === conversationId && tells) told.add(command.n)
    }
    return steps
      .filter(({ n }) => !told.has(n))
      .map(({ n }) => `${userId} is told to have seen ${n} in ${conversationId}, and never told so`)
  }

  async function checkReadings(store: Store): Promise<string[]> {
    const readings = await store.db.selectFrom('reading').selectAll().execute()
    const positions = new Map(readings.map((one) => [memberKey(one.conversation_id, one.user_id), one.n]))
    return done.flatMap(({ device, command }) => {
      const { userId } = device.person
      if (command.type !== 'read' || evicted.has(device) || mayHaveLeft(command.conversationId, userId)) return []
      const n = positions.get(memberKey(command.conversationId, userId)) ?? 0
      return n < command.n ? [`${userId} has read up to ${command.n}, and ${n} is noted`] : []
    })
  }

  /** Nobody is in a conversation whom nobody let in; nor, once the log went back in time, whom who leads it had put out. */
  async function checkMembers(store: Store): Promise<string[]> {
    const members = await store.db.selectFrom('member').selectAll().where('removed', '=', 0).execute()
    return members.flatMap(({ conversation_id, user_id }) => {
      const isLetIn = (one: Done) => letsIn(one, conversation_id, user_id)
      if (!done.some(isLetIn)) return [`${user_id} is in ${conversation_id}, and nobody let them in`]
      const out = putOut.find((one) => one.conversationId === conversation_id && one.userId === user_id)
      if (out === undefined || done.slice(out.since).some(isLetIn)) return []
      return [`${user_id} is in ${conversation_id} again, and was put out`]
    })
  }

  /** Each line in a group comes from a command that somebody did, whose doing it tells, and none comes twice. */
  async function checkEvents(store: Store): Promise<string[]> {
    const events = (await store.db.selectFrom('event').selectAll().execute()).map(toEventRow)
    const doers = new Map(
      done.flatMap(({ device, command }) =>
        [command.id, toAskedId(command.id)].map((id) => [id, device.person.userId]),
      ),
    )
    const seen = new Set<string>()
    return events.flatMap(({ id, byId, change }) => {
      const isTwice = seen.has(id)
      seen.add(id)
      if (doers.get(id) === byId && !isTwice) return []
      return [`${byId} is said to have done what they did not, or twice: ${JSON.stringify(change)}`]
    })
  }

  return {
    note(device, commands) {
      for (const command of commands) done.push({ device, command, at: now() })
    },
    noteEviction(device) {
      evicted.add(device)
      for (const entry of device.disk.outbox.rows.values()) mayBeLost.add(entry.id)
    },
    noteDropped: (messageId) => void mayBeLost.add(messageId),
    noteRestore() {
      for (const [since, { device, command }] of done.entries()) {
        if (command.type === 'message.send') noteForgotten(device, command)
        if (command.type !== 'member.remove') continue
        const { conversationId, userId } = command
        // Known to whoever leads the group: only they can say it again.
        const isKnown = devices.some(({ disk, person }) => {
          const group = disk.conversations.rows.get(conversationId)
          return group?.creatorId === person.userId && !disk.members.rows.has(memberKey(conversationId, userId))
        })
        if (isKnown) putOut.push({ conversationId, userId, since })
      }
    },
    async check(store, isRestored) {
      const wrong = [
        ...(await checkMessages(store, isRestored)),
        ...(await checkMembers(store)),
        ...(await checkEvents(store)),
      ]
      if (isRestored) return wrong
      return [
        ...wrong,
        ...(await checkAnnotations(store)),
        ...(await checkDrafts(store)),
        ...(await checkReadings(store)),
      ]
    },
  }
}

function letsIn({ device, command }: Done, conversationId: string, userId: string): boolean {
  if (!('conversationId' in command) || command.conversationId !== conversationId) return false
  switch (command.type) {
    case 'group.create':
      return device.person.userId === userId || command.userIds.includes(userId)
    case 'member.add':
      return command.userIds.includes(userId)
    default:
      return command.type === 'direct.create'
  }
}
