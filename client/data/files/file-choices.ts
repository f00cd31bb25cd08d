import type { Observable } from 'dexie'
import type { ClientDatabase, FileChoices } from '../../sync/database.ts'
import type { Environment } from '../../sync/environment.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { Session } from '../session.ts'

const DEFAULT: FileChoices = { budgetBytes: null, photos: 'always' }

export async function findFileChoices(db: ClientDatabase): Promise<FileChoices> {
  const found = await db.meta.get('files')
  return found?.key === 'files' ? found.choices : DEFAULT
}

export function watchFileChoices({ db }: Session): Observable<FileChoices> {
  return liveQuery(() => findFileChoices(db))
}

/** Whether photos come before somebody asks for them. */
export function watchPhotosCome(db: ClientDatabase, network: Pick<Environment, 'isNetworkPoor'>): Observable<boolean> {
  return liveQuery(async () => (await findFileChoices(db)).photos === 'always' && !network.isNetworkPoor())
}

export async function setFileChoices({ db }: Session, changes: Partial<FileChoices>): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    await db.meta.put({ key: 'files', choices: { ...(await findFileChoices(db)), ...changes } })
  })
}
