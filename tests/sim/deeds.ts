import type { PublishedBatch } from '../../server/bus/bus.ts'
import { toAnnotationRow, toPersonalRow } from '../../server/campus/annotations.ts'
import type { Store } from '../../server/store/store.ts'
import type { Command, CommandOf } from '../../shared/protocol/commands.ts'
import type { DeliveryRow, DraftRow, ReactionRow, ReadingRow, SeenRow, SettingRow } from '../../shared/protocol/rows.ts'
import type { Device } from './device.ts'
import { memberKey, type MemoryTable } from './memory-store.ts'

/*
 * What people did, in order, and what their devices held: what becomes of receipts, readings, drafts,
 * reactions and arrangements is held against it. Nothing may be claimed that nobody did.
 */

interface Deed {
  device: Device
  command: Command
}

export interface Deeds {
  /** Notes from here on what the device holds, and what its person does on it. */
  watch(device: Device): void
  note(device: Device, commands: readonly Command[]): void
  /** What is wrong with what the log tells, at the moment at which it does. */
  onPublished(batch: PublishedBatch): void
  /** What is wrong at rest, in sentences. */
  check(store: Store): Promise<string[]>
}

export function createDeeds(): Deeds {
  const deeds: Deed[] = []
  const devices: Device[] = []
  /** The messages that any device of somebody has ever held, as user, conversation and place. */
  const held = new Set<string>()
  const wrong: string[] = []

  /** Everything of one kind that somebody did, in the order of each of their devices. */
  const listOf = <Type extends Command['type']>(type: Type, userId?: string) =>
    deeds.flatMap(({ device, command }) =>
      command.type === type && (userId === undefined || device.userId === userId) ? [command as CommandOf<Type>] : [],
    )
  const hasOneDevice = (userId: string) => devices.filter((device) => device.userId === userId).length === 1
  /** Whether somebody was perhaps not in a conversation all the time, so that what they did there was perhaps refused. */
  const mayHaveLeft = (conversationId: string, userId: string) =>
    listOf('member.remove').some((one) => one.conversationId === conversationId && one.userId === userId) ||
    listOf('member.leave', userId).some((one) => one.conversationId === conversationId)

  function checkDraft(userId: string, conversationId: string, text: string): void {
    const drafts = listOf('draft.set', userId).filter((one) => one.conversationId === conversationId)
    const last = Math.max(...drafts.map(({ changedAt }) => changedAt))
    if (!drafts.some((one) => one.changedAt === last && one.text === text)) {
      wrong.push(`${userId} has for a draft in ${conversationId} "${text}", which is not what was typed last`)
    }
  }

  function checkPinned(userId: string, conversationId: string, pinned: boolean): void {
    const choices = listOf('conversation.set', userId).filter((one) => one.conversationId === conversationId)
    const last = choices.findLast((one) => one.pinned !== undefined)?.pinned ?? false
    if (last !== pinned) wrong.push(`${userId} has ${conversationId} pinned: ${pinned}, and chose otherwise at last`)
  }

  function checkReactions({ userId, messageId, emoji }: ReactionRow, isDeleted: boolean): void {
    const chosen = new Set<string>()
    for (const one of listOf('reaction.set', userId)) {
      if (one.messageId !== messageId) continue
      if (one.on) chosen.add(one.emoji)
      else chosen.delete(one.emoji)
    }
    const expected = isDeleted ? [] : [...chosen]
    if (JSON.stringify([...emoji].sort()) !== JSON.stringify(expected.sort())) {
      wrong.push(`${userId} reacts to ${messageId} with ${emoji.join()} instead of ${expected.join()}`)
    }
  }

  /** Only what was read while one let others know, and of that the end of a step. */
  function checkSeen({ userId, conversationId, steps }: SeenRow): void {
    let tells = true
    const told = new Set<number>()
    for (const { device, command } of deeds) {
      if (device.userId !== userId) continue
      if (command.type === 'preference.set') tells = command.seen ?? tells
      else if (command.type === 'read' && command.conversationId === conversationId && tells) told.add(command.n)
    }
    for (const { n } of steps) {
      if (!told.has(n)) wrong.push(`${userId} is told to have seen ${n} in ${conversationId}, and never told so`)
    }
  }

  /** But for a first pull, whose pages are stored without looking, nothing is ever replaced by what was before it. */
  function expectNewer<Row extends { seq: number }, Key>(
    { disk, userId }: Device,
    table: MemoryTable<Row, Key>,
    keyOf: (row: Row) => string,
  ): void {
    onPut(table, (row) => {
      const before = table.rows.get(keyOf(row))
      if (before === undefined || before.seq <= row.seq || disk.position.cursor === 0) return
      wrong.push(`${userId} puts ${JSON.stringify(row)} in the place of ${JSON.stringify(before)}`)
    })
  }

  async function checkAnnotations(store: Store): Promise<void> {
    const messages = await store.db.selectFrom('message').select(['id', 'text']).execute()
    const deleted = new Set(messages.flatMap(({ id, text }) => (text === null ? [id] : [])))
    for (const row of (await store.db.selectFrom('annotation').selectAll().execute()).map(toAnnotationRow)) {
      if (row.type === 'revision' || row.type === 'delivery') continue
      const { userId, conversationId } = row
      if (!hasOneDevice(userId) || mayHaveLeft(conversationId, userId)) continue
      if (row.type === 'seen') checkSeen(row)
      else checkReactions(row, deleted.has(row.messageId))
    }
  }

  async function checkPersonal(store: Store): Promise<void> {
    for (const record of await store.db.selectFrom('personal').selectAll().execute()) {
      const row = toPersonalRow(record)
      const { conversationId } = row
      if (mayHaveLeft(conversationId, record.user_id)) continue
      if (row.type === 'draft') checkDraft(record.user_id, conversationId, row.text)
      else if (hasOneDevice(record.user_id)) checkPinned(record.user_id, conversationId, row.pinned)
    }
  }

  async function checkReadings(store: Store): Promise<void> {
    const readings = await store.db.selectFrom('reading').selectAll().execute()
    const positions = new Map(readings.map((one) => [memberKey(one.conversation_id, one.user_id), one.n]))
    for (const { device, command } of deeds) {
      if (command.type !== 'read' || mayHaveLeft(command.conversationId, device.userId)) continue
      const n = positions.get(memberKey(command.conversationId, device.userId)) ?? 0
      if (n < command.n) wrong.push(`${device.userId} has read up to ${command.n}, and ${n} is noted`)
    }
  }

  return {
    watch(device) {
      devices.push(device)
      const { disk, userId } = device
      onPut(disk.messages, ({ conversationId, n }) => held.add(`${userId} ${conversationId} ${n}`))
      expectNewer(device, disk.messages, (row) => row.id)
      expectNewer(device, disk.revisions, (row) => `${row.messageId},${row.k}`)
      expectNewer(device, disk.reactions, (row) => `${row.messageId},${row.userId}`)
      for (const table of [disk.deliveries, disk.seens]) {
        expectNewer<DeliveryRow | SeenRow, [string, string]>(device, table, (row) =>
          memberKey(row.conversationId, row.userId),
        )
      }
      for (const table of [disk.readings, disk.settings, disk.keptDrafts]) {
        expectNewer<ReadingRow | SettingRow | DraftRow, string>(device, table, (row) => row.conversationId)
      }
    },
    note(device, commands) {
      for (const command of commands) deeds.push({ device, command })
    },
    onPublished({ rows }) {
      for (const { row } of rows) {
        if (row.type !== 'delivery' || held.has(`${row.userId} ${row.conversationId} ${row.n}`)) continue
        wrong.push(`${row.userId} is told to have received ${row.n} in ${row.conversationId}, and does not hold it`)
      }
    },
    async check(store) {
      const restored =
        (await store.db.selectFrom('log').select('epoch_start').executeTakeFirstOrThrow()).epoch_start > 0
      // After a backup was put back it is decided anew who may do what.
      if (!restored) {
        await checkAnnotations(store)
        await checkPersonal(store)
        await checkReadings(store)
      }
      return wrong
    },
  }
}

/** Hears of each row that is put into a table, before it is. */
function onPut<Row, Key>(table: MemoryTable<Row, Key>, hear: (row: Row) => void): void {
  const put = table.bulkPut
  table.bulkPut = (rows) => {
    rows.forEach(hear)
    return put(rows)
  }
}
