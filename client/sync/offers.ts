import type { Command } from '../../shared/protocol/commands.ts'
import type { MessageRow } from '../../shared/protocol/rows.ts'
import type { OutboxEntry } from './database.ts'
import type { ClientTables } from './tables.ts'

/**
 * The log went back in time: it has nothing of what it told after `start`. Offers it again what this person did that it
 * lost: commands accepted after `start` wait once more, and messages of theirs that came after it are sent again, under
 * their old ids and before all that waits. The rows stay on the screen until the pull brings what takes their place.
 */
export async function prepareOffers(
  tables: ClientTables,
  me: string,
  start: number,
  newId: () => string,
): Promise<void> {
  const entries = await tables.outbox.toArray()
  const undone = entries.filter(({ state }) => state.kind === 'accepted' && state.seq > start)
  await tables.outbox.bulkPut(undone.map((entry) => ({ ...entry, state: { kind: 'waiting' } })))

  const queued = new Set(entries.map((entry) => entry.id))
  const lost = (await listLost(tables, me, start, newId)).filter((command) => !queued.has(command.id))
  const first = Math.min(1, ...entries.map((entry) => entry.position))
  await tables.outbox.bulkPut(
    lost.map((command, index): OutboxEntry => ({
      position: first - lost.length + index,
      id: command.id,
      conversationId: 'conversationId' in command ? command.conversationId : '',
      command,
      state: { kind: 'waiting' },
      queuedAt: 'writtenAt' in command ? command.writtenAt : 0,
    })),
  )
}

async function listLost(tables: ClientTables, me: string, start: number, newId: () => string): Promise<Command[]> {
  const lost: Command[] = []
  const members = await tables.members.toArray()
  // Whoever registered after the backup has no account there, and one such name would have a whole group refused.
  const users = await tables.users.toArray()
  const strangers = new Set(users.filter((user) => user.seq > start).map((user) => user.id))
  for (const { id, kind, title, creatorId, seq } of await tables.conversations.toArray()) {
    if (seq <= start) continue
    const others = members.filter((member) => member.conversationId === id && member.userId !== me)
    const userIds = others.map((member) => member.userId)
    const [userId] = userIds
    const mine = members.find((member) => member.conversationId === id && member.userId === me)
    if (kind === 'group' && creatorId === me && title !== null) {
      // Who was in it before is still in it: then only its title is lost.
      if (mine !== undefined && mine.since <= start) {
        lost.push({ type: 'group.rename', id: newId(), conversationId: id, title })
      } else {
        const known = userIds.filter((userId) => !strangers.has(userId))
        lost.push({ type: 'group.create', id: newId(), conversationId: id, title, userIds: known })
      }
    } else if (kind === 'direct' && userId !== undefined) {
      lost.push({ type: 'direct.create', id: newId(), conversationId: id, userId })
    }
  }
  const messages = await tables.messages.toArray()
  lost.push(...listLostMessages(messages, me, start, newId))
  // Whoever pinned it: everybody there may.
  for (const { id, conversationId, pinnedAt, seq } of messages) {
    if (seq <= start || pinnedAt === null) continue
    lost.push({ type: 'message.pin', id: newId(), conversationId, messageId: id, pinned: true })
  }
  for (const row of await tables.reactions.toArray()) {
    if (row.userId !== me || row.seq <= start) continue
    const { conversationId, messageId } = row
    for (const emoji of row.emoji) {
      lost.push({ type: 'reaction.set', id: newId(), conversationId, messageId, emoji, on: true })
    }
  }
  for (const { conversationId, n, seq } of await tables.readings.toArray()) {
    if (seq > start) lost.push({ type: 'read', id: newId(), conversationId, n })
  }
  lost.push(...(await listLostOfMine(tables, me, start, newId)))
  return lost
}

/** How one has arranged things for oneself, and oneself for others. */
async function listLostOfMine(
  tables: ClientTables,
  me: string,
  start: number,
  newId: () => string,
): Promise<Command[]> {
  const lost: Command[] = []
  for (const { type: _, seq, ...setting } of await tables.settings.toArray()) {
    if (seq > start) lost.push({ type: 'conversation.set', id: newId(), ...setting })
  }
  for (const { type: _, seq, ...draft } of await tables.keptDrafts.toArray()) {
    if (seq > start) lost.push({ type: 'draft.set', id: newId(), ...draft })
  }
  for (const { seq, seen, presence } of await tables.preferences.toArray()) {
    if (seq > start) lost.push({ type: 'preference.set', id: newId(), seen, presence })
  }
  const [user] = await tables.users.bulkGet([me])
  if (user === undefined || user.seq <= start) return lost
  lost.push({ type: 'profile.rename', id: newId(), name: user.name })
  const [picture] = user.pictureId === null ? [] : await tables.pictures.bulkGet([user.pictureId])
  if (picture !== undefined) {
    lost.push({ type: 'profile.picture', id: picture.id, picture: toBase64(picture.bytes) })
  }
  return lost
}

function toBase64(bytes: ArrayBuffer): string {
  return btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''))
}

/**
 * What a message of mine that changed after `start` was before is not known here any more. One that
 * stands below another that the server still has was there too: only its change is lost. Where that
 * cannot be told, both are offered, and the server refuses to take the message again if it has it.
 */
function listLostMessages(rows: readonly MessageRow[], me: string, start: number, newId: () => string): Command[] {
  const known = new Map<string, number>()
  for (const { conversationId, n, seq } of rows) {
    if (seq <= start) known.set(conversationId, Math.max(n, known.get(conversationId) ?? 0))
  }
  return (
    rows
      .filter((row) => row.authorId === me && row.seq > start)
      // In the order of writing: an edit gave an early message a late seq.
      .sort((one, other) => one.sentAt - other.sentAt || one.n - other.n)
      .flatMap((row): Command[] => {
        const { id, conversationId, n, text, writtenAt, editedAt, mentions, mentionsAll, forwarded } = row
        if (text === null) return [{ type: 'message.delete', id: newId(), conversationId, messageId: id }]
        const said = { conversationId, text, mentions, mentionsAll }
        const replyToId = row.replyTo?.messageId ?? null
        const send: Command = { type: 'message.send', id, ...said, writtenAt, replyToId, forwarded }
        const edit: Command = { type: 'message.edit', id: newId(), ...said, messageId: id }
        if (n <= (known.get(conversationId) ?? 0)) return [edit]
        return editedAt === null ? [send] : [send, edit]
      })
  )
}
