import type { ClassroomDatabase, IssuerMeta, PinMeta } from './database.ts'
import { hashOf } from './secrets.ts'

/*
 * An issuer that gave everybody a key of their own could tell them apart. So a device holds a classroom
 * to one key: the one that its link names, or else the one that the list of classrooms named to its
 * account, or else the first that it saw. To any other key nothing is sent, and no token is asked of it.
 */

/** Holds the classroom to this key, unless it is held to one already; returns the one that it is held to. */
export async function pinKey(db: ClassroomDatabase, keyHash: string | null): Promise<string | null> {
  return db.transaction('rw', db.meta, async () => {
    const pinned = await findPin(db)
    if (pinned !== undefined) return pinned.keyHash
    await db.meta.put({ key: 'pin', keyHash })
    return keyHash
  })
}

/** Looks at the key that the server tells, and returns whether it is the one that the classroom is held to. */
export async function checkIssuer(db: ClassroomDatabase, linkKeyHash: string | null): Promise<boolean> {
  const row = await db.classroom.toCollection().first()
  if (row === undefined) return true
  const known = await findIssuer(db)
  if (known === undefined || known.issuer !== row.issuer) {
    const keyHash = row.issuer === null ? null : await hashOf(row.issuer)
    await db.meta.put({ key: 'issuer', issuer: row.issuer, keyHash })
  }
  const issuer = await findIssuer(db)
  if (issuer === undefined) return false
  await pinKey(db, linkKeyHash ?? issuer.keyHash)
  return isTrusted(db, linkKeyHash)
}

/** Whether the row that is here now has the key that was looked at, and that is the right one; asks nothing but the database. */
export async function isTrusted(db: ClassroomDatabase, linkKeyHash: string | null): Promise<boolean> {
  const [row, issuer, pin] = await Promise.all([db.classroom.toCollection().first(), findIssuer(db), findPin(db)])
  if (row === undefined || issuer === undefined || pin === undefined) return false
  const isPinned = issuer.issuer === row.issuer && issuer.keyHash === pin.keyHash
  return isPinned && (linkKeyHash === null || linkKeyHash === issuer.keyHash)
}

export async function findIssuer(db: ClassroomDatabase): Promise<IssuerMeta | undefined> {
  const found = await db.meta.get('issuer')
  return found?.key === 'issuer' ? found : undefined
}

export async function findPin(db: ClassroomDatabase): Promise<PinMeta | undefined> {
  const found = await db.meta.get('pin')
  return found?.key === 'pin' ? found : undefined
}
