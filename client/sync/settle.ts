import { ERRORS, type ErrorCode } from '../../shared/protocol/errors.ts'
import type { MessageRow } from '../../shared/protocol/rows.ts'
import { staysBehind } from '../../shared/protocol/order.ts'
import type { CommandResult } from '../../shared/protocol/results.ts'
import type { OutboxEntry, OutboxState } from './database.ts'
import { listSubjects, setAside, withoutAwaiting } from './files/awaiting.ts'
import { sendFilesAgain, type ComingAgain } from './files/send-again.ts'
import { findNextDue, holdFrom, isHeld, listDue, type Order } from './log/outbox.ts'
import { holdsAll } from './log/move-position.ts'
import { isPatient, mayBeOwn, simplify, type Self } from './offers.ts'
import { refuseStale } from './stale.ts'
import type { ClientTables } from './tables.ts'

/** What stays behind what, of those that wait. */
const ORDER: Order<OutboxEntry> = {
  subjectOf: ({ conversationId }) => conversationId,
  likenessOf: ({ command }) => `${command.type} ${'messageId' in command ? command.messageId : ''}`,
  staysBehind: (later, earlier) => staysBehind(later.command, earlier.command),
}

/** Those that may go now, in the order in which they were written; and says when the next of those that are held may. */
export async function listWaiting(
  tables: ClientTables,
  now: number,
  onHeld: (until: number) => void = () => undefined,
): Promise<OutboxEntry[]> {
  // Also in the middle of a session: a clock that is set can make it old at once.
  await refuseStale(tables, now)
  const entries = withoutAwaiting(await tables.outbox.toArray(), await tables.uploads.toArray())
  const due = listDue(entries, now, ORDER)
  const nextAt = findNextDue(entries, now)
  if (nextAt !== undefined) onHeld(nextAt)
  // What is about a message that is held waits with it, also in another conversation.
  const free = new Set(setAside(entries, (entry) => entry.command.type === 'message.send' && isHeld(entry, now)))
  return due.filter((entry) => free.has(entry))
}

/** How long what was slowed down waits where the server does not say, and at most before it is asked again. */
const SLOWED_MS = 60_000
const SLOWED_MAX_MS = 24 * 60 * 60_000

type Refused = Extract<CommandResult, { status: 'refused' }>

/**
 * Notes what the server answered. An accepted command whose rows are here already goes at once; an
 * answer to something that is no longer waiting changes nothing.
 */
export async function settle(tables: ClientTables, results: readonly CommandResult[], self: Self): Promise<void> {
  const position = await tables.getPosition()
  const entries = await tables.outbox.toArray()
  const waiting = new Map(entries.filter(({ state }) => state.kind === 'waiting').map((entry) => [entry.id, entry]))
  const answered = new Set<string>()
  const messages = new Map((await tables.messages.bulkGet(results.map(({ id }) => id))).map((row) => [row?.id, row]))
  const lost = results.flatMap(({ id, ...result }) =>
    result.status === 'refused' && result.code === 'file_missing' ? [id] : [],
  )
  const comingAgain = await sendFilesAgain(tables, lost)
  const renamed = new Map<string, string>()
  const gone: number[] = []
  const changed: OutboxEntry[] = []
  for (const result of results) {
    const entry = waiting.get(result.id)
    if (entry === undefined || answered.has(result.id)) continue
    answered.add(result.id)
    // What it is about is to come yet, as where a message was refused for a file and what followed it was on its way.
    if (result.status === 'refused' && isTooEarly(entry, result, waiting)) continue
    const after =
      result.status === 'refused'
        ? settleRefused(entry, result, messages.get(result.id), self, comingAgain.get(result.id))
        : holdsAll(position, result.seq)
          ? undefined
          : withState(entry, { kind: 'accepted', seq: result.seq })
    if (after === undefined) gone.push(entry.position)
    else changed.push(after)
    if (after !== undefined && after.id !== entry.id) renamed.set(entry.id, after.id)
    if (after?.id !== entry.id || after.state.kind !== 'waiting') waiting.delete(entry.id)
  }
  await moveUploads(tables, renamed)
  await tables.outbox.bulkPut(changed)
  await tables.outbox.bulkDelete(gone)
}

/** What becomes of a refused entry; undefined when there is nothing left to decide. */
function settleRefused(
  entry: OutboxEntry,
  { code, message, retryAfterMs = SLOWED_MS }: Refused,
  row: MessageRow | undefined,
  { me, now, newId }: Self,
  comingAgain: ComingAgain | undefined,
): OutboxEntry | undefined {
  if (entry.state.kind !== 'waiting') return entry
  const { offeredAt } = entry.state
  // The server forgot its files, or never had them: it stands aside until they are there. Should it say so again and
  // again, it is not asked in circles.
  if (comingAgain === 'first') return entry
  if (comingAgain === 'again') return withState(entry, { ...entry.state, hold: holdFrom(now, offeredAt) })
  if (code === 'slow_down') {
    const until = now + Math.min(retryAfterMs, SLOWED_MAX_MS)
    return withState(entry, { ...entry.state, hold: { from: now, until, slowed: true } })
  }
  // The server's own trouble, whatever it is, is no word on a command.
  if (ERRORS[code].retry) return withState(entry, { ...entry.state, hold: holdFrom(now) })
  if (entry.command.type === 'message.send' && code === 'id_taken') {
    if (row?.authorId === me && row.conversationId === entry.conversationId) return undefined
    if (row === undefined && offeredAt !== undefined && mayBeOwn(now - offeredAt)) {
      return withState(entry, { ...entry.state, hold: holdFrom(now, offeredAt) })
    }
    // Whoever has seen an id can take it, once the log has lost what it stood for: the words go out all the same.
    const id = newId()
    return { ...entry, id, command: { ...entry.command, id } }
  }
  if (offeredAt !== undefined && isPatient(code, now - offeredAt)) {
    return { ...simplify(entry, code, now - offeredAt), state: { ...entry.state, hold: holdFrom(now, offeredAt) } }
  }
  return isPointless(entry, code) ? undefined : withState(entry, { kind: 'refused', code, message })
}

const EARLY: readonly ErrorCode[] = ['not_found', 'reply_elsewhere', 'file_missing']

/** Whether a command was refused only because the message that it is about waits itself. */
function isTooEarly(entry: OutboxEntry, { code }: Refused, waiting: ReadonlyMap<string, OutboxEntry>): boolean {
  return EARLY.includes(code) && listSubjects(entry).some((id) => waiting.has(id))
}

/** The files of a message that has another id now are of that one. */
async function moveUploads({ uploads }: ClientTables, renamed: ReadonlyMap<string, string>): Promise<void> {
  if (renamed.size === 0) return
  const moved = (await uploads.toArray()).flatMap((upload) => {
    const messageId = renamed.get(upload.messageId)
    return messageId === undefined ? [] : [{ ...upload, messageId }]
  })
  await uploads.bulkPut(moved)
}

function withState(entry: OutboxEntry, state: OutboxState): OutboxEntry {
  return { ...entry, state }
}

/**
 * A refusal that leaves nothing for a person to decide: of what a device says by itself, of arranging or
 * drafting where one is no more, of taking away what is gone, and of reacting to and pinning it.
 */
function isPointless({ command }: OutboxEntry, code: ErrorCode): boolean {
  const isGone = code === 'not_found' || code === 'message_deleted'
  switch (command.type) {
    case 'read':
    case 'receive':
    case 'draft.set':
    case 'conversation.set':
      return true
    case 'message.delete':
      return isGone
    case 'message.hide':
      return isGone || code === 'not_a_member'
    case 'message.pin':
      return isGone || (!command.pinned && code === 'not_a_member')
    case 'reaction.set':
      return isGone || !command.on
    case 'profile.picture':
    case 'group.picture':
      return code === 'id_taken'
    default:
      return false
  }
}
