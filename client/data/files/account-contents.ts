import { systemClock } from '../../../shared/clock.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import type { Session } from '../session.ts'
import { createContentSource, type ContentSource } from './content-source.ts'

/** One for all of a tab. */
const sources = new WeakMap<ClientDatabase, ContentSource>()

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
