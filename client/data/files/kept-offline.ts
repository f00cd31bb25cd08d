import type { Observable } from 'dexie'
import { listFilesOf } from '../../sync/files/account-holding.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { Session } from '../session.ts'
import { accountContents } from './account-contents.ts'

/** All of a conversation's files. */
const ALL = ''

/** Which files of a conversation are to stay on this device, whatever else needs room. */
export interface KeptOfConversation {
  all: boolean
  fileIds: ReadonlySet<string>
}

export function watchKeptOffline({ db }: Session, conversationId: string): Observable<KeptOfConversation> {
  return liveQuery(async () => {
    const kept = await db.keptOffline
      .where('[conversationId+fileId]')
      .between([conversationId, ALL], [conversationId, '\uffff'])
      .toArray()
    const fileIds = kept.map(({ fileId }) => fileId)
    return { all: fileIds.includes(ALL), fileIds: new Set(fileIds.filter((id) => id !== ALL)) }
  })
}

/** Keeps a file on this device, or no longer. */
export async function keepFileOffline(
  session: Session,
  conversationId: string,
  fileId: string,
  isKept: boolean,
): Promise<void> {
  const { db } = session
  if (!isKept) return db.keptOffline.delete([conversationId, fileId])
  await db.keptOffline.put({ conversationId, fileId })
  await accountContents(session).fetch(fileId, 'whole')
}

/** Keeps all of a conversation's files on this device, also those that are still to come, or no longer. */
export async function keepConversationOffline(
  session: Session,
  conversationId: string,
  isKept: boolean,
): Promise<void> {
  const { db } = session
  if (!isKept) return db.keptOffline.delete([conversationId, ALL])
  await db.keptOffline.put({ conversationId, fileId: ALL })
  await fetchKept(session, conversationId)
}

/** Fetches what is to be here of a conversation and is not. */
export async function fetchKept(session: Session, conversationId: string): Promise<void> {
  const { db } = session
  if ((await db.keptOffline.get([conversationId, ALL])) === undefined) return
  const contents = accountContents(session)
  for (const id of await listFilesOf(db, conversationId)) await contents.fetch(id, 'whole')
}
