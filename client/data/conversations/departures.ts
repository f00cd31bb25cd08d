import type { Observable } from 'dexie'
import type { ClientDatabase, Departure, Draft, EditDraft, OutboxEntry } from '../../sync/database.ts'
import { drop } from '../../sync/outbox.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { isThreadAnswer } from '../composing/thread-answers.ts'
import { isRefused } from '../outbox/pending.ts'
import { createFindPerson, type Person } from '../people/person.ts'
import type { Session } from '../session.ts'

/*
 * The groups that one is not in any more, each until it is dismissed: by whom and when that ended, and what of
 * their own writing is left on this device, to be copied or sent elsewhere.
 */

/** Something that one wrote and that has not gone out. */
export interface KeptText {
  /** Begun as a message, as another text for one or as a reply in a thread, or sent and not taken. */
  kind: 'draft' | 'edit' | 'reply' | 'unsent'
  /** Of an edit or a reply, by which it is kept; of what was not taken, the message's. */
  id: string
  text: string
  /** False while it still waits for the server's word. */
  isLoose: boolean
}

export interface DepartureView {
  conversationId: string
  title: string
  /** Whether it ended by one's own doing. */
  isOwn: boolean
  /** Who put one out; null when nobody did, or that is not known. */
  by: Person | null
  at: number | null
  kept: readonly KeptText[]
}

/** Those that the list tells of, the latest first: what one left oneself is no news, unless something of it is kept. */
export function watchDepartures({ db, account }: Session): Observable<DepartureView[]> {
  return liveQuery(async () => {
    const departures = await listCertain(db)
    const views = await Promise.all(
      departures.map(async (one) => ({ isDismissed: one.isDismissed, ...(await toView(db, account.userId, one)) })),
    )
    return views
      .filter(({ isOwn, isDismissed, kept }) =>
        isDismissed === true ? kept.some(({ isLoose }) => isLoose) : !isOwn || kept.length > 0,
      )
      .sort((one, other) => (other.at ?? 0) - (one.at ?? 0))
  })
}

/** What is left of a conversation that is not on this device: null when that is nothing. */
export function watchDeparture({ db, account }: Session, conversationId: string): Observable<DepartureView | null> {
  return liveQuery(async () => {
    const found = (await listCertain(db)).find((one) => one.conversationId === conversationId)
    return found === undefined ? null : toView(db, account.userId, found)
  })
}

/**
 * Forgets a departure, and what is kept with it. While something waits for the server's word it is only told of no more,
 * unless that is a refusal.
 */
export async function dismissDeparture(session: Session, conversationId: string): Promise<void> {
  const { db } = session
  const found = await db.departures.get(conversationId)
  if (found === undefined) return
  const kept = await listKept(db, found)
  for (const text of kept) await discardKept(session, conversationId, text)
  if (kept.every(({ isLoose }) => isLoose)) await db.departures.delete(conversationId)
  else await db.departures.update(conversationId, { isDismissed: true })
}

/** Forgets a text that was kept. */
export async function discardKept({ db }: Session, conversationId: string, { kind, id }: KeptText): Promise<void> {
  if (kind === 'edit' || kind === 'reply') await db.edits.delete(id)
  else if (kind === 'unsent') await drop(db, id)
  else {
    await db.drafts.delete(conversationId)
    await db.departures.update(conversationId, { text: '' })
  }
}

/** Without those of which a first pull, which is under way, has not said whether they come back. */
async function listCertain(db: ClientDatabase): Promise<Departure[]> {
  const departures = await db.departures.toArray()
  if (departures.every(({ isCertain }) => isCertain)) return departures
  const position = await db.meta.get('position')
  const isPulled = position?.key === 'position' && position.cursor > 0
  return isPulled ? departures : departures.filter(({ isCertain }) => isCertain)
}

async function toView(db: ClientDatabase, myId: string, departure: Departure): Promise<DepartureView> {
  const { conversationId, title, byId, at } = departure
  const users = byId === null ? [] : [await db.users.get(byId)]
  const findPerson = createFindPerson(
    users.filter((user) => user !== undefined),
    [],
    myId,
  )
  const isOwn = byId === myId
  const by = byId === null || isOwn ? null : findPerson(byId)
  return { conversationId, title, isOwn, by, at, kept: await listKept(db, departure) }
}

async function listKept(db: ClientDatabase, departure: Departure): Promise<KeptText[]> {
  const { conversationId } = departure
  const [draft, edits, entries] = await Promise.all([
    db.drafts.get(conversationId),
    db.edits.where({ conversationId }).toArray(),
    db.outbox.where({ conversationId }).sortBy('position'),
  ])
  const rewritten = new Set(edits.map(({ messageId }) => messageId))
  return [
    ...toDraft(draft, departure),
    ...edits.filter(({ text }) => text.trim() !== '').map(toEdit),
    ...entries.filter(({ id }) => !rewritten.has(id)).flatMap(toUnsent),
  ]
}

function toDraft(here: Draft | undefined, { text, begunAt }: Departure): KeptText[] {
  const newest = here !== undefined && (here.changedAt >= begunAt || text === '') ? here.text : text
  return newest.trim() === '' ? [] : [{ kind: 'draft', id: '', text: newest, isLoose: true }]
}

function toEdit(edit: EditDraft): KeptText {
  return { kind: isThreadAnswer(edit) ? 'reply' : 'edit', id: edit.messageId, text: edit.text, isLoose: true }
}

function toUnsent(entry: OutboxEntry): KeptText[] {
  const { id, command, state } = entry
  if (state.kind === 'accepted' || (command.type !== 'message.send' && command.type !== 'message.edit')) return []
  return [{ kind: 'unsent', id, text: command.text, isLoose: isRefused(entry) }]
}
