import type { Command } from '../../shared/protocol/commands.ts'
import type { MemberRow } from '../../shared/protocol/rows.ts'
import { toBase64 } from './base64.ts'
import { queueOffers, type Self } from './offers.ts'
import type { LostGroup, RestoreNotes } from './restore-notes.ts'
import type { ClientTables } from './tables.ts'

/*
 * A log that went back in time has lost who joined a group since, who was put out, what it is called and who leads it.
 * Whoever leads it, as the log has it now, says so again, as their device knew it:
 *
 *   the group is lost            →  who led it makes it anew, with its members
 *   joined since                 →  added again, unless they have no account any more
 *   put out since, or left       →  removed again: nobody gets in by a backup
 *   renamed, handed over since   →  likewise, the hand-over last
 *
 * What those wrote who are not back yet waits on their devices meanwhile. A device that was behind when the log went
 * back may add somebody who was put out later: the device that put them out knows it, and does so again.
 */

const DEPARTED_MAX = 2_000

/** What is offered happened before: nobody is told that it happens now, or by whose doing. */
const again = true

/** Notes who is gone, as the log says it. */
export async function noteDeparted(tables: ClientTables, rows: readonly MemberRow[]): Promise<void> {
  if (rows.length === 0) return
  const notes = await tables.getRestoreNotes()
  const now = rows.map(({ conversationId, userId, seq }) => ({ conversationId, userId, seq }))
  await tables.setRestoreNotes({ ...notes, departed: [...notes.departed, ...now].slice(-DEPARTED_MAX) })
}

/** Notes the groups as they are here, before the rows give way to what the log has left. */
export async function noteGroups(tables: ClientTables, start: number): Promise<void> {
  const { cursor } = await tables.getPosition()
  const notes = await tables.getRestoreNotes()
  // Of groups all that is here came with the log, up to the cursor: where the log goes on there it has lost none of it, and
  // may have brought more since. In a first pull not everything is here, and it may have begun after another loss: what was
  // known before that counts.
  if (cursor <= start) return
  const members = byConversation(await tables.members.toArray())
  const groups = (await tables.conversations.toArray())
    .filter(({ kind }) => kind === 'group')
    .map(({ id, title, creatorId, seq, pictureId, description }): LostGroup => ({
      ...{ id, title, creatorId, seq, pictureId, description },
      members: (members.get(id) ?? []).map(({ userId, since }) => ({ userId, since })),
    }))
  await tables.setRestoreNotes({ ...notes, lost: { start, groups } })
}

/** Everything was pulled afresh: queues what the log has lost of groups, before all that waits. */
export async function offerGroups(tables: ClientTables, self: Self): Promise<void> {
  const notes = await tables.getRestoreNotes()
  if (notes.lost === null) return
  const members = byConversation(await tables.members.toArray())
  const users = new Set((await tables.users.toArray()).map(({ id }) => id))
  const commands: Command[] = []
  for (const lost of notes.lost.groups) {
    const [group] = await tables.conversations.bulkGet([lost.id])
    const wereIn = lost.members.filter(({ userId }) => users.has(userId) && userId !== self.me)
    if (group === undefined) {
      if (lost.creatorId !== self.me || lost.title === null) continue
      const userIds = wereIn.map(({ userId }) => userId)
      commands.push({
        type: 'group.create',
        id: self.newId(),
        conversationId: lost.id,
        title: lost.title,
        userIds,
        again,
      })
      commands.push(...(await listLooks(tables, lost, {}, self)))
    } else if (group.creatorId === self.me) {
      commands.push(...listChanges(notes, lost, { ...group, members: members.get(lost.id) ?? [] }, wereIn, self))
      const isChanged = lost.seq > notes.lost.start
      if (isChanged && lost.creatorId === self.me) commands.push(...(await listLooks(tables, lost, group, self)))
    }
  }
  await queueOffers(tables, commands, self.now)
  await tables.setRestoreNotes({ lost: null, departed: notes.departed })
}

/** What makes the picture and the description what they were. A picture that never was on this device cannot be said again. */
async function listLooks(
  tables: ClientTables,
  was: LostGroup,
  now: Pick<LostGroup, 'pictureId' | 'description'>,
  { newId }: Self,
): Promise<Command[]> {
  const { id: conversationId, pictureId, description = '' } = was
  const commands: Command[] = []
  if (description !== (now.description ?? ''))
    commands.push({ type: 'group.describe', id: newId(), conversationId, description, again })
  if (pictureId === now.pictureId) return commands
  const [picture] = pictureId === undefined ? [] : await tables.pictures.bulkGet([pictureId])
  if (pictureId === undefined)
    commands.push({ type: 'group.picture', id: newId(), conversationId, picture: null, again })
  if (picture !== undefined) {
    const file = toBase64(picture.bytes)
    commands.push({ type: 'group.picture', id: picture.id, conversationId, picture: file, again })
  }
  return commands
}

/** What makes a group that this person leads now into what it was. */
function listChanges(
  { lost, departed }: RestoreNotes,
  was: LostGroup,
  now: { title: string | null; members: readonly MemberRow[] },
  wereIn: LostGroup['members'],
  { me, newId }: Self,
): Command[] {
  const start = lost?.start ?? 0
  const conversationId = was.id
  const areIn = new Set(now.members.map(({ userId }) => userId))
  const knew = new Set(was.members.map(({ userId }) => userId))
  const left = new Set(
    departed.filter((one) => one.conversationId === conversationId && one.seq > start).map(({ userId }) => userId),
  )
  const joined = wereIn.filter(({ userId, since }) => since > start && !areIn.has(userId))
  const gone = now.members.filter(
    ({ userId, since }) => userId !== me && !knew.has(userId) && (since <= start || left.has(userId)),
  )
  const commands: Command[] = gone.map(({ userId }) => ({
    type: 'member.remove',
    id: newId(),
    conversationId,
    userId,
    again,
  }))
  if (joined.length > 0) {
    const userIds = joined.map(({ userId }) => userId)
    commands.push({ type: 'member.add', id: newId(), conversationId, userIds, again })
  }
  // What did not change since is as the log has it, and perhaps changed anew.
  if (was.seq <= start) return commands
  if (was.title !== null && was.title !== now.title) {
    commands.push({ type: 'group.rename', id: newId(), conversationId, title: was.title, again })
  }
  const { creatorId: userId } = was
  if (userId !== null && userId !== me && wereIn.some((one) => one.userId === userId)) {
    commands.push({ type: 'group.hand-over', id: newId(), conversationId, userId, again })
  }
  return commands
}

function byConversation(rows: readonly MemberRow[]): Map<string, MemberRow[]> {
  const grouped = new Map<string, MemberRow[]>()
  for (const row of rows) {
    const known = grouped.get(row.conversationId)
    if (known === undefined) grouped.set(row.conversationId, [row])
    else known.push(row)
  }
  return grouped
}
