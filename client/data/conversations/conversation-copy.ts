import { Dexie } from 'dexie'
import type { MessageRow } from '../../../shared/protocol/rows.ts'
import { findHidden } from '../messages/hidden.ts'
import { entriesOf } from '../outbox/pending.ts'
import { createFindPerson, type FindPerson } from '../people/person.ts'
import type { Session } from '../session.ts'
import { fetchBefore } from '../timeline/fetch-history.ts'

/*
 * A conversation as a file that anybody can read: who wrote what when, in order, as this device has it. What is not on the
 * device is said where it is missing.
 */

export interface HeldMessages {
  /** How many messages are on this device. */
  held: number
  /** How many there are. */
  total: number
}

export async function countHeld({ db }: Session, conversationId: string): Promise<HeldMessages> {
  const [latest, held] = await Promise.all([
    db.latest.get(conversationId),
    db.messages
      .where('[conversationId+n]')
      .between([conversationId, Dexie.minKey], [conversationId, Dexie.maxKey])
      .count(),
  ])
  return { held, total: latest?.n ?? 0 }
}

/** Fetches all that is missing, from the newest on; false when the network or the server did not give it. */
export async function fetchMissing(
  session: Session,
  conversationId: string,
  onProgress: (held: HeldMessages) => void,
): Promise<boolean> {
  for (let above = Infinity; ;) {
    const gap = await findGapBelow(session, conversationId, above)
    if (gap === undefined) return true
    // What a page does not bring, though it was asked for, is not there to be had.
    above = gap
    if ((await fetchBefore(session, conversationId, gap + 1)) !== 'loaded') return false
    onProgress(await countHeld(session, conversationId))
  }
}

/** The greatest `n` below `above` that is not here. */
async function findGapBelow({ db }: Session, conversationId: string, above: number): Promise<number | undefined> {
  const keys = await db.messages
    .where('[conversationId+n]')
    .between([conversationId, Dexie.minKey], [conversationId, Dexie.maxKey])
    .keys()
  const here = new Set(keys.map((key) => (Array.isArray(key) ? key[1] : key)))
  const last = (await db.latest.get(conversationId))?.n ?? 0
  for (let n = Math.min(last, above - 1); n > 0; n -= 1) if (!here.has(n)) return n
  return undefined
}

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' })
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })

/** The whole conversation as text. */
export async function writeCopy(session: Session, conversationId: string, title: string): Promise<string> {
  const { db, account, now } = session
  const [rows, entries, users] = await Promise.all([
    db.messages
      .where('[conversationId+n]')
      .between([conversationId, Dexie.minKey], [conversationId, Dexie.maxKey])
      .sortBy('n'),
    db.outbox.where({ conversationId }).sortBy('position'),
    db.users.toArray(),
  ])
  const findPerson = createFindPerson(users, entries, account.userId)
  const total = (await db.latest.get(conversationId))?.n ?? 0
  const waiting = entriesOf(entries, 'message.send').filter(({ state }) => state.kind !== 'accepted')
  const lines = [title, `A copy of ${DAY.format(now())}, ${CLOCK.format(now())}, from ChatBox`]
  lines.push(
    rows.length === total
      ? `All ${total} messages are in it.`
      : `${rows.length} of ${total} messages are in it; the others were not on this device.`,
  )
  const hidden = await findHidden(db, conversationId, entries)
  const shown = rows.map((row) =>
    hidden.has(row.id) ? { ...row, text: '[you deleted this message for yourself]' } : row,
  )
  lines.push(...toLines(shown, total, findPerson))
  if (waiting.length > 0) lines.push('', '— Not sent —')
  for (const { command } of waiting)
    lines.push(toLine(command.writtenAt, findPerson(account.userId).name, toCopied(command)))
  return `${lines.join('\n')}\n`
}

function toLines(rows: readonly MessageRow[], total: number, findPerson: FindPerson): string[] {
  const lines: string[] = []
  const authors = new Map(rows.map(({ id, authorId }) => [id, authorId]))
  let day = ''
  let last = 0
  const sayMissing = (n: number) => {
    if (n > last + 1) lines.push('', `[${n - last - 1} messages are not on this device]`)
  }
  for (const row of rows) {
    sayMissing(row.n)
    last = row.n
    const today = DAY.format(row.sentAt)
    if (today !== day) lines.push('', `— ${today} —`)
    day = today
    lines.push(toLine(row.sentAt, toAuthor(row, authors, findPerson), toCopied(row)))
  }
  sayMissing(total + 1)
  return lines
}

/** What was written, and the names of the files with it. */
function toCopied({ text, files = [] }: { text: string | null; files?: readonly object[] | undefined }): string {
  if (text === null) return '[deleted]'
  const names = files.map((file) => ('name' in file ? `[${String(file.name)}]` : '[file]'))
  return [text, ...names].filter((line) => line !== '').join('\n')
}

/** "Ann (in reply to Ben, edited)" */
function toAuthor(
  { authorId, replyTo, forwarded, editedAt }: MessageRow,
  authors: ReadonlyMap<string, string>,
  findPerson: FindPerson,
): string {
  const answered = replyTo === null ? undefined : authors.get(replyTo.messageId)
  const notes = [
    replyTo === null ? null : answered === undefined ? 'in reply' : `in reply to ${findPerson(answered).name}`,
    forwarded ? 'forwarded' : null,
    editedAt === null ? null : 'edited',
  ].filter((note) => note !== null)
  return `${findPerson(authorId).name}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`
}

/** The lines of one message stand below each other, so that nobody can write a line that looks like somebody else's. */
function toLine(at: number, author: string, text: string): string {
  return `${CLOCK.format(at)}  ${author}: ${text.replaceAll('\n', '\n    ')}`
}
