import type { OutboxEntry } from '../../../client/sync/database.ts'
import { toAnnotationRow } from '../../../server/campus/annotations.ts'
import { toMentions } from '../../../server/campus/records.ts'
import type { MessageTable } from '../../../server/store/schema.ts'
import type { Store } from '../../../server/store/store.ts'
import { ERRORS } from '../../../shared/protocol/errors.ts'
import { CAMPUS_LOG, EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { listNamed } from '../../../shared/protocol/named-people.ts'
import type { Row, UserRow } from '../../../shared/protocol/rows.ts'
import { listVisibleRows } from '../../support/visible-rows.ts'
import { canonical } from '../canonical.ts'
import type { Device, Person } from '../device.ts'
import { memberKey, type Disk } from '../memory-store.ts'
import { isHeldOffer, isPatient } from '../rest.ts'

/** In which table a device holds rows of each type, and under which key. */
function placeOf(row: Row) {
  switch (row.type) {
    case 'user':
      return { table: 'users', key: row.id } as const
    case 'conversation':
      return { table: 'conversations', key: row.id } as const
    case 'member':
      return { table: 'members', key: memberKey(row.conversationId, row.userId) } as const
    case 'message':
      return { table: 'messages', key: row.id } as const
    case 'revision':
      return { table: 'revisions', key: `${row.messageId},${row.k}` } as const
    case 'reaction':
      return { table: 'reactions', key: `${row.messageId},${row.userId}` } as const
    case 'event':
      return { table: 'events', key: `${row.conversationId},${row.id}` } as const
    case 'delivery':
      return { table: 'deliveries', key: memberKey(row.conversationId, row.userId) } as const
    case 'seen':
      return { table: 'seens', key: memberKey(row.conversationId, row.userId) } as const
    case 'reading':
      return { table: 'readings', key: row.conversationId } as const
    case 'setting':
      return { table: 'settings', key: row.conversationId } as const
    case 'draft':
      return { table: 'keptDrafts', key: row.conversationId } as const
    case 'hidden':
      return { table: 'hiddens', key: row.messageId } as const
    case 'preference':
      return { table: 'preferences', key: row.type } as const
    case 'block':
      return { table: 'blocks', key: row.userId } as const
    case 'request':
      return { table: 'requests', key: row.conversationId } as const
    case 'standing':
      return { table: 'standings', key: row.type } as const
  }
}

const TABLES = [
  ...(['users', 'conversations', 'members', 'messages', 'revisions', 'reactions', 'events', 'hiddens'] as const),
  ...([
    'deliveries',
    'seens',
    'readings',
    'settings',
    'keptDrafts',
    'preferences',
    'standings',
    'blocks',
    'requests',
  ] as const),
]

/**
 * What is wrong with a device at rest, in sentences; nothing when it holds exactly what its user may see. Of people only
 * those whom they met, where there may have been a crowd.
 */
export async function compare(device: Device, store: Store, mayBeCrowd: boolean): Promise<string[]> {
  const { disk, person } = device
  const { userId } = person
  const visible = [...(await listVisibleRows(store, userId)).values()]
  const expected = new Set<Row>()
  const wrong = mayBeCrowd ? comparePeople(device, visible) : []
  for (const row of visible) {
    if (mayBeCrowd && row.type === 'user') continue
    const { table, key } = placeOf(row)
    const here: Row | undefined = disk[table].rows.get(key)
    if (here === undefined) wrong.push(`${userId} lacks of ${table}: ${JSON.stringify(row)}`)
    else {
      expected.add(here)
      if (canonical(here) !== canonical(row)) {
        wrong.push(`${userId} has of ${table} ${JSON.stringify(here)} for ${JSON.stringify(row)}`)
      }
    }
  }
  for (const table of TABLES) {
    for (const row of disk[table].rows.values()) {
      // What was brought back a new device does not hear of.
      const isBack =
        (row.type === 'hidden' && !row.hidden) ||
        (row.type === 'block' && !row.blocked) ||
        (row.type === 'request' && row.state === 'answered')
      if (mayBeCrowd && row.type === 'user') continue
      if (!expected.has(row) && !isBack) wrong.push(`${userId} must not have of ${table}: ${JSON.stringify(row)}`)
    }
  }
  return [...wrong, ...compareDerived(device), ...listUnsent(device)]
}

/**
 * In a crowd a device holds those with whom its user shares more than Everyone, as they are called now, and whoever else
 * is named by a message here, as they were called when that was said or later. Each introduction has a position of its own.
 */
function comparePeople({ disk, person: { userId } }: Device, visible: readonly Row[]): string[] {
  const people = new Map(visible.flatMap((row) => (row.type === 'user' ? [[row.id, row]] : [])))
  const isCrowded = visible.some((row) => row.type === 'conversation' && row.crowded === true)
  const members = visible.filter((row) => row.type === 'member' && !row.removed)
  const circle = new Set([userId, ...members.flatMap(listNamed)])
  const current = isCrowded ? circle : new Set(people.keys())
  const named = visible.filter(({ type }) => type === 'message').flatMap(listNamed)
  const wrong: string[] = []
  // A backup that was put back may have lost people whom others name.
  for (const id of new Set([...current, ...named].filter((one) => people.has(one)))) {
    const held = disk.users.rows.get(id)
    if (held === undefined) wrong.push(`${userId} does not know who ${id} is`)
    else if (current.has(id) && toText(held) !== toText(people.get(id))) {
      wrong.push(`${userId} has ${JSON.stringify(held)} for ${JSON.stringify(people.get(id))}`)
    }
  }
  for (const id of disk.users.rows.keys()) if (!people.has(id)) wrong.push(`${userId} holds ${id}, whom nobody knows`)
  return wrong
}

const toText = (user: UserRow | undefined) => canonical({ ...user, seq: 0 })

/** What a device keeps beside its rows, to find them sooner. */
function compareDerived({ disk, person }: Device): string[] {
  const { userId } = person
  const wrong: string[] = []
  const messages = [...disk.messages.rows.values()]
  for (const latest of disk.latest.rows.values()) {
    const newest = messages
      .filter((row) => row.conversationId === latest.conversationId)
      .sort((one, other) => other.n - one.n)[0]
    if (canonical(newest) !== canonical(latest)) {
      wrong.push(`${userId} takes ${JSON.stringify(latest)} for the latest instead of ${JSON.stringify(newest)}`)
    }
  }
  const mentions = messages
    .filter((row) => row.authorId !== userId && (row.mentionsAll || row.mentions.includes(userId)))
    .map((row) => `${row.conversationId},${row.n}`)
  if (mentions.sort().join() !== [...disk.mentions.rows.keys()].sort().join()) {
    wrong.push(`${userId} is mentioned at ${mentions.join()}, and holds ${[...disk.mentions.rows.keys()].join()}`)
  }
  return wrong
}

/** What waits for no person any more, and what no person could have done anything about. */
function listUnsent({ disk, person }: Device): string[] {
  return [...disk.outbox.rows.values()].flatMap((entry) => {
    const { state, command } = entry
    if (isInVain(disk, person, entry)) {
      return [`${person.userId} offers in vain, for want of files that it has: ${JSON.stringify(command)}`]
    }
    if (isPatient(disk, entry)) return []
    const isOwn = command.type === 'message.send' && (command.files ?? []).every(({ from }) => from === undefined)
    // What this device has it can always send: a file of one's own is no reason for a person to decide.
    if (state.kind === 'refused' && isOwn && state.code.startsWith('file_')) {
      return [`${person.userId} could not send ${JSON.stringify(command)}: ${state.message}`]
    }
    const isDecided = state.kind === 'refused' && !ERRORS[state.code].retry && state.code !== 'bad_request'
    return isDecided ? [] : [`${person.userId} has ${JSON.stringify(state)}: ${JSON.stringify(command)}`]
  })
}

/** What is offered with files of one's own, and nothing else, is wanted at once wherever one is. */
function isInVain({ members }: Disk, { userId }: Person, entry: OutboxEntry): boolean {
  const { command, conversationId } = entry
  if (!isHeldOffer(entry) || command.type !== 'message.send' || command.replyToId !== null) return false
  const { files = [], mentions } = command
  if (files.length === 0 || files.some(({ from }) => from !== undefined) || mentions.length > 0) return false
  return conversationId === EVERYONE_ID || members.rows.has(memberKey(conversationId, userId))
}

/** Whether each conversation's `n` runs from 1 without a gap, the log's rows have seqs of their own, and what belongs together fits. */
export async function checkLog(store: Store): Promise<string[]> {
  const wrong: string[] = []
  const messages = await store.db.selectFrom('message').selectAll().orderBy('conversation_id').orderBy('n').execute()
  const last = new Map<string, number>()
  for (const { conversation_id, n } of messages) {
    if (n !== (last.get(conversation_id) ?? 0) + 1) wrong.push(`${conversation_id} has no message before ${n}`)
    last.set(conversation_id, n)
  }
  const log = await store.db.selectFrom('log').selectAll().where('id', '=', CAMPUS_LOG).executeTakeFirstOrThrow()
  const taken = new Set<number>()
  for (const table of [
    ...(['user', 'conversation', 'member', 'message'] as const),
    ...(['annotation', 'event', 'reading', 'personal', 'preference', 'block'] as const),
  ]) {
    for (const { seq } of await store.db.selectFrom(table).select('seq').execute()) {
      if (seq > log.head) wrong.push(`${table} has seq ${seq} beyond the head ${log.head}`)
      if (taken.has(seq)) wrong.push(`${table} has seq ${seq}, which another row has`)
      taken.add(seq)
    }
  }
  return [...wrong, ...(await checkRevisions(store, messages)), ...(await checkMentions(store, messages))]
}

/** As many revisions as a message says, each with its text; of a deleted one no text and no reaction. */
async function checkRevisions(store: Store, messages: readonly MessageTable[]): Promise<string[]> {
  const wrong: string[] = []
  const annotations = (await store.db.selectFrom('annotation').selectAll().execute()).map(toAnnotationRow)
  for (const { id, text, edits } of messages) {
    const hanging = annotations.filter((row) => 'messageId' in row && row.messageId === id)
    const revisions = hanging.filter((row) => row.type === 'revision').sort((one, other) => one.k - other.k)
    if (text === null) {
      if (revisions.some((row) => row.text !== null)) wrong.push(`${id} is deleted, and a text of it is not`)
      if (hanging.some((row) => row.type === 'reaction' && row.emoji.length > 0)) {
        wrong.push(`${id} is deleted, and a reaction to it is not`)
      }
    } else if (revisions.length !== edits || revisions.some((row, index) => row.k !== index + 1 || row.text === null)) {
      wrong.push(`${id} was edited ${edits} times, and has the revisions ${JSON.stringify(revisions)}`)
    }
  }
  return wrong
}

async function checkMentions(store: Store, messages: readonly MessageTable[]): Promise<string[]> {
  const expected = messages.flatMap((message) =>
    [...toMentions(message), ...(message.mentions_all === 1 ? [EVERYONE_ID] : [])].map((id) => `${message.id} ${id}`),
  )
  const mentions = await store.db.selectFrom('mention').select(['message_id', 'user_id']).execute()
  const found = mentions.map(({ message_id, user_id }) => `${message_id} ${user_id}`)
  return found.sort().join() === expected.sort().join() ? [] : ['the mentions found are not those of the messages']
}
