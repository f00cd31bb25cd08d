import type { Command } from '../../shared/protocol/commands.ts'
import type { SentFile } from '../../shared/protocol/files.ts'
import type { MessageRow } from '../../shared/protocol/rows.ts'
import { toBase64 } from './base64.ts'
import { keepFilesOf } from './files/send-again.ts'
import { noteGroups } from './offer-groups.ts'
import { offered, queueOffers, type Self } from './offers.ts'
import type { ClientTables } from './tables.ts'

/** What was accepted waits once more. */
export async function offerAccepted({ outbox }: ClientTables, now: number): Promise<void> {
  const accepted = (await outbox.toArray()).filter(({ state }) => state.kind === 'accepted')
  if (accepted.length > 0) await outbox.bulkPut(accepted.map((entry) => ({ ...entry, state: offered(now) })))
}

/**
 * The log went back in time: it has nothing of what it sent after `start`. Offers it again what this person did that it
 * lost: commands accepted after `start` wait once more, and messages of theirs that came after it are sent again, under
 * their old ids and before all that waits. The rows stay on the screen until the pull brings what replaces them.
 */
export async function prepareOffers(tables: ClientTables, start: number, self: Self): Promise<void> {
  await noteGroups(tables, start)
  const entries = await tables.outbox.toArray()
  // What waits may rest on what is lost, such as a group.
  const waiting = entries.filter(
    ({ state }) => state.kind === 'waiting' || (state.kind === 'accepted' && state.seq > start),
  )
  await tables.outbox.bulkPut(waiting.map((entry) => ({ ...entry, state: offered(self.now) })))
  const queued = new Set(entries.map((entry) => entry.id))
  const lost = (await listLost(tables, self.me, start, self.newId)).filter((command) => !queued.has(command.id))
  await queueOffers(tables, lost, self.now)
  const sends = lost.filter((command) => command.type === 'message.send')
  await keepFilesOf(tables, await tables.messages.toArray(), sends)
}

async function listLost(tables: ClientTables, me: string, start: number, newId: () => string): Promise<Command[]> {
  const lost: Command[] = []
  const members = await tables.members.toArray()
  for (const { id, kind, seq } of await tables.conversations.toArray()) {
    const other = members.find((member) => member.conversationId === id && member.userId !== me)
    if (seq <= start || kind !== 'direct' || other === undefined) continue
    lost.push({ type: 'direct.create', id: newId(), conversationId: id, userId: other.userId })
  }
  const messages = await tables.messages.toArray()
  lost.push(...listLostMessages(messages, me, start, newId))
  // Who pins it again has pinned it: so only one's own, and what was pinned before that was kept.
  for (const { id, conversationId, pinnedAt, pinnedBy, seq } of messages) {
    if (seq <= start || pinnedAt === null || (pinnedBy ?? me) !== me) continue
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
  for (const { conversationId, messageId, hidden, seq } of await tables.hiddens.toArray()) {
    if (seq > start) lost.push({ type: 'message.hide', id: newId(), conversationId, messageId, hidden })
  }
  for (const {
    seq,
    seen,
    presence,
    directFrom = 'everybody',
    addFrom = 'everybody',
  } of await tables.preferences.toArray()) {
    if (seq > start) lost.push({ type: 'preference.set', id: newId(), seen, presence, directFrom, addFrom })
  }
  for (const { seq, userId, blocked } of await tables.blocks.toArray()) {
    if (seq > start) lost.push({ type: 'block.set', id: newId(), userId, blocked })
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

/**
 * What a message of mine that changed after `start` was before is not known here any more. One that
 * stands below another that the server still has was there too: only its change is lost. Where that
 * is unknown, both are offered, and the server refuses to take the message again if it has it.
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
        const files = toSentFiles(row, rows, start)
        const send: Command = {
          ...{ type: 'message.send', id, ...said, writtenAt, replyToId, forwarded },
          ...(files.length > 0 && { files }),
        }
        const edit: Command = { type: 'message.edit', id: newId(), ...said, messageId: id }
        if (n <= (known.get(conversationId) ?? 0)) return [edit]
        return editedAt === null ? [send] : [send, edit]
      })
  )
}

/**
 * The files of a message as it was sent. Of a forwarded one it is not known any more where they came from: any message that
 * carries them says so as well, rather one that the log still has.
 */
function toSentFiles(
  { id: messageId, files = [], forwarded }: MessageRow,
  rows: readonly MessageRow[],
  start: number,
): SentFile[] {
  return files.map(({ id, description = '' }) => {
    const carrying = rows.filter((row) => row.id !== messageId && (row.files ?? []).some((file) => file.id === id))
    const from = forwarded && (carrying.find(({ seq }) => seq <= start) ?? carrying.find((row) => !row.forwarded))
    return { id, description, ...(from && { from: { conversationId: from.conversationId, messageId: from.id } }) }
  })
}
