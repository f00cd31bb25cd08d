import type { Observable } from 'dexie'
import type { FileVariant } from '../../../shared/protocol/files.ts'
import { systemClock } from '../../../shared/clock.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import type { Session } from '../session.ts'
import { createContentSource, type ContentSource, type ContentView } from './content-source.ts'

export type { ContentView } from './content-source.ts'

/** One for all of a tab. */
const sources = new WeakMap<ClientDatabase, ContentSource>()

/** Follows a content of an account; with `fetches` it is brought to this device as soon as somebody looks. */
export function watchContent(
  session: Session,
  fileId: string,
  variant: FileVariant,
  fetches: boolean,
): Observable<ContentView> {
  return accountContents(session).watch(fileId, variant, fetches)
}

/** Brings a content to this device. */
export async function fetchContent(session: Session, fileId: string, variant: FileVariant): Promise<void> {
  await accountContents(session).fetch(fileId, variant)
}

/** Fetches a content no further. */
export async function stopFetching(session: Session, fileId: string, variant: FileVariant): Promise<void> {
  await accountContents(session).stopFetching(fileId, variant)
}

/** The contents of all that an account may see. */
export function accountContents(session: Session): ContentSource {
  const { db, clock } = session
  const known = sources.get(db)
  if (known !== undefined) return known
  const source = createContentSource({
    ...{ db, clock },
    async loadDownloads() {
      const { startDownloads } = await import('./start-downloads.ts')
      return startDownloads(session, systemClock)
    },
  })
  sources.set(db, source)
  return source
}
