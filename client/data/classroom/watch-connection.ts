import type { Observable } from 'dexie'
import type { ClassroomDatabase } from '../../sync/classroom/database.ts'
import { getConnection } from '../../sync/classroom/find-connection.ts'
import { findIssuer } from '../../sync/classroom/held-key.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { ClassroomConnection } from './opened-classroom.ts'

/** How a classroom is connected, of which a link may say the hash of the issuer's key. */
export function watchConnection(db: ClassroomDatabase, linkKeyHash: string | null): Observable<ClassroomConnection> {
  return liveQuery(() => describe(db, linkKeyHash))
}

async function describe(db: ClassroomDatabase, linkKeyHash: string | null): Promise<ClassroomConnection> {
  const [{ state, devices, problem }, position, waiting, issuer, count, meta] = await Promise.all([
    getConnection(db),
    db.meta.get('position'),
    db.outbox.filter((entry) => entry.state.kind === 'waiting').count(),
    findIssuer(db),
    db.tokens.count(),
    db.meta.get('tokens'),
  ])
  // Another tab may have come here by another link.
  const isWrong = linkKeyHash !== null && issuer !== undefined && issuer.keyHash !== linkKeyHash
  const isLimited = issuer !== undefined && issuer.issuer !== null
  const known = position !== undefined
  const lacking = meta?.key === 'tokens' ? meta.state : 'none'
  const tokens = !isLimited ? null : count > 0 ? 'some' : lacking
  return { state, devices, waiting, known, tokens, problem: isWrong ? 'wrong_key' : problem }
}
