import type { Observable } from 'dexie'
import type { ClientDatabase, Upload } from '../../sync/database.ts'
import { createContents } from '../../sync/files/contents.ts'
import { SHARE_PREFIX } from '../../sync/files/share-key.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { findDraft, openDraft } from '../composing/draft.ts'
import type { Session } from '../session.ts'
import { listChosen, roomFor } from './chosen-files.ts'

/** Something that another app shared, until it is in a conversation. */
export interface Share {
  /** Its files are chosen files of a conversation with this id; see `keep-share.ts`. */
  id: string
  text: string
  fileNames: readonly string[]
  /** By the clock of this device, in milliseconds since 1970. */
  at: number
}

/** What waits to be put somewhere, the newest first. */
export function watchShares({ db }: Session): Observable<Share[]> {
  return liveQuery(async () => {
    const drafts = await listShares(db).toArray()
    const shares = await Promise.all(
      drafts.map(async ({ conversationId: id, text, changedAt: at }): Promise<Share> => {
        const files = await listFiles(db, id)
        return { id, text, at, fileNames: files.map(({ name }) => name) }
      }),
    )
    return shares.sort((one, other) => (one.id < other.id ? 1 : -1))
  })
}

/**
 * Makes a share's text and files those of the message that is being written in a conversation, behind what is there. Files
 * for which that message has no room stay. The text goes first: whatever ends this in the middle, nothing is lost.
 */
export async function placeShare(session: Session, id: string, conversationId: string): Promise<{ left: number }> {
  const { db } = session
  const share = await db.drafts.get(id)
  if (share === undefined) return { left: 0 }
  if (share.text !== '') await addToDraft(session, conversationId, share.text)
  return db.transaction('rw', db.uploads, db.drafts, async () => {
    const before = listChosen(await db.uploads.where({ conversationId }).toArray())
    const files = await listFiles(db, id)
    const taken = files.slice(0, roomFor(before))
    const from = (before.at(-1)?.place ?? -1) + 1
    await db.uploads.bulkPut(taken.map((file, index) => ({ ...file, conversationId, place: from + index })))
    const left = files.length - taken.length
    if (left === 0) await db.drafts.delete(id)
    else await db.drafts.update(id, { text: '' })
    return { left }
  })
}

/** Forgets a share. */
export async function discardShare({ db, clock }: Session, id: string): Promise<void> {
  const ids = (await listFiles(db, id)).map((file) => file.id)
  await db.transaction('rw', db.uploads, db.drafts, async () => {
    await db.uploads.bulkDelete(ids)
    await db.drafts.delete(id)
  })
  await createContents(db, () => clock.now()).remove(ids)
}

async function addToDraft(session: Session, conversationId: string, text: string): Promise<void> {
  const begun = await findDraft(session, conversationId)
  const draft = openDraft(session, conversationId)
  const both = begun === null || begun.text === '' ? text : `${begun.text}\n${text}`
  await draft.write({ text: both, replyToId: begun?.replyToId ?? null })
  await draft.carry()
}

function listShares({ drafts }: ClientDatabase) {
  return drafts.where('conversationId').startsWith(SHARE_PREFIX)
}

async function listFiles({ uploads }: ClientDatabase, id: string): Promise<Upload[]> {
  return listChosen(await uploads.where({ conversationId: id }).toArray())
}
