import type { Observable } from 'dexie'
import { uuidv7 } from 'uuidv7'
import type { Command } from '../../../shared/protocol/commands.ts'
import { MESSAGE_TEXT_MAX } from '../../../shared/protocol/limits.ts'
import { cleanText } from '../../../shared/clean-text.ts'
import { systemClock } from '../../../shared/clock.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import { enqueue } from '../../sync/outbox.ts'
import { tableQuery, type Read } from '../../sync/storage/table-query.ts'
import { isBegun } from '../conversations/begin-direct.ts'
import { findNewerDraft, isEmpty, type NewerDraft } from './newer-draft.ts'
import { createKeyedMutex } from '../keyed-mutex.ts'
import { entriesOf, isOptimistic } from '../outbox/pending.ts'
import type { Session } from '../session.ts'

/*
 * What one has begun to write is stored twice:
 *
 *     typing ──▶ drafts ── after a moment, and when leaving ──▶ outbox ──▶ server ──▶ keptDrafts
 *                (here)              draft.set                                        (everywhere)
 *
 * The one that was changed later is shown. A change is always later than what it changes, whatever
 * this device's clock says, so that a draft of another device never comes back over it.
 */

/** A draft is written in the order in which it was typed, and not once more after the message was sent. */
const exclusively = createKeyedMutex()

/**
 * What is typed is carried to one's other devices once nothing was typed for so long. It changes the outbox four times,
 * from which all on the screen is read again: whoever only looks for a word must not feel it with the next key.
 */
const CARRY_AFTER_MS = 1_000
/** Whoever types on and on is carried now and then. */
const CARRY_EVERY_MS = 10_000

export interface DraftText {
  text: string
  replyToId: string | null
}

export interface OpenDraft {
  /** Keeps on this device what is typed, at once, and carries it to one's other devices soon. */
  write(draft: DraftText): Promise<void>
  /** Carries what is still to be carried now: one leaves. */
  carry(): Promise<void>
}

/** The draft of one conversation, for whoever types it. */
export function openDraft(session: Session, conversationId: string): OpenDraft {
  let pending: { since: number; cancel: () => void } | null = null
  const carry = async () => {
    pending?.cancel()
    pending = null
    await exclusively(session.db, conversationId, () => carryDraft(session, conversationId))
  }
  /** Who signs out closes the database under it; and what could not be carried is with the next key. */
  const carrySoon = () => void carry().catch(() => undefined)
  return {
    async write(draft) {
      pending?.cancel()
      const since = pending?.since ?? session.clock.now()
      const wait = Math.max(0, Math.min(CARRY_AFTER_MS, since + CARRY_EVERY_MS - session.clock.now()))
      pending = { since, cancel: systemClock.after(wait, carrySoon) }
      await saveDraft(session, conversationId, draft.text, draft.replyToId)
    },
    async carry() {
      if (pending !== null) await carry()
    },
  }
}

/** What was last begun in a conversation, here or on another device; null when that is nothing. */
export async function findDraft({ db }: Session, conversationId: string): Promise<NewerDraft | null> {
  const [here, kept] = await Promise.all([db.drafts.get(conversationId), db.keptDrafts.get(conversationId)])
  return findNewerDraft(here, kept)
}

/** So often at most it is read again: whoever types writes it oftener, and knows what they wrote. */
const FOLLOW_EVERY_MS = 1_000

export function watchDraft({ db }: Session, conversationId: string): Observable<NewerDraft | null> {
  const query = async (read: Read) => {
    const [here, kept] = await Promise.all([
      read('here', [db.drafts], () => db.drafts.get(conversationId)),
      read('kept', [db.keptDrafts], () => db.keptDrafts.get(conversationId)),
    ])
    return findNewerDraft(here, kept)
  }
  return tableQuery(db, query, FOLLOW_EVERY_MS)
}

/** Keeps on this device what is typed. */
export function saveDraft(
  { db, now }: Session,
  conversationId: string,
  typed: string,
  replyToId: string | null = null,
): Promise<void> {
  const save = async () => {
    const [here, kept] = await Promise.all([db.drafts.get(conversationId), db.keptDrafts.get(conversationId)])
    const before = Math.max(here?.changedAt ?? 0, kept?.changedAt ?? 0)
    const text = typed.trim() === '' ? '' : cleanText(typed)
    await db.drafts.put({ conversationId, text, replyToId, changedAt: Math.max(now(), before + 1) })
  }
  return exclusively(db, conversationId, () => db.transaction('rw', db.drafts, db.keptDrafts, save))
}

/** Sends what is typed here to one's other devices, unless they know of it. */
async function carryDraft(session: Session, conversationId: string): Promise<void> {
  const { db, clock } = session
  const here = await db.drafts.get(conversationId)
  if (here === undefined || here.text.length > MESSAGE_TEXT_MAX) return
  const { text, replyToId, changedAt } = here
  const synced = await findSynced(db, conversationId)
  if (synced.text === text && synced.replyToId === replyToId) return
  if (changedAt < synced.changedAt || !(await isBegun(session, conversationId))) return
  await enqueue(db, [{ type: 'draft.set', id: uuidv7(), conversationId, text, replyToId, changedAt }], clock.now())
}

/**
 * Queues what `list` gives, in one transaction with taking the draft away: nothing is begun any more,
 * and one's other devices learn so if they knew of something.
 */
export function enqueueInPlaceOfDraft(
  session: Session,
  conversationId: string,
  list: () => Promise<Command[]>,
): Promise<void> {
  const { db, clock } = session
  const send = async () => {
    // First what matters: where there is no room for it, that is what could not be stored.
    await enqueue(db, await list(), clock.now())
    await enqueue(db, await clearDraft(session, conversationId), clock.now())
  }
  const tables = [db.outbox, db.drafts, db.keptDrafts, db.conversations, db.uploads]
  return exclusively(db, conversationId, () => db.transaction('rw', tables, send))
}

async function clearDraft({ db, now }: Session, conversationId: string): Promise<Command[]> {
  const synced = await findSynced(db, conversationId)
  const here = await db.drafts.get(conversationId)
  const changedAt = Math.max(now(), synced.changedAt + 1, (here?.changedAt ?? 0) + 1)
  await db.drafts.put({ conversationId, text: '', replyToId: null, changedAt })
  if (isEmpty(synced)) return []
  return [{ type: 'draft.set', id: uuidv7(), conversationId, text: '', replyToId: null, changedAt }]
}

/** The draft that one's other devices know of, or will. */
async function findSynced(db: ClientDatabase, conversationId: string): Promise<DraftText & { changedAt: number }> {
  const [kept, entries] = await Promise.all([
    db.keptDrafts.get(conversationId),
    db.outbox.where({ conversationId }).sortBy('position'),
  ])
  const onItsWay = entriesOf(entries, 'draft.set').filter(isOptimistic).at(-1)?.command
  const nothing = { text: '', replyToId: null, changedAt: 0 }
  if (kept !== undefined && kept.changedAt >= (onItsWay?.changedAt ?? 0)) return kept
  return onItsWay ?? nothing
}
