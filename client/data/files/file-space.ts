import type { Observable } from 'dexie'
import type { FileSpace } from '../../../shared/protocol/files.ts'
import { accountHolding, toDefaultBudget } from '../../sync/files/account-holding.ts'
import { findOccupied, makeRoom, removeAllContents, type Occupied } from '../../sync/files/budget.ts'
import { createFilesApi } from '../../sync/files/files-api.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { findFileChoices, setFileChoices } from './file-choices.ts'
import type { Session } from '../session.ts'

/** What files take of this device, and may take. */
export interface DeviceSpace extends Occupied {
  budgetBytes: number
}

export function watchDeviceSpace({ db, estimateFree }: Session): Observable<DeviceSpace> {
  return liveQuery(async () => {
    const occupied = await findOccupied(accountHolding(db))
    const { budgetBytes } = await findFileChoices(db)
    return { ...occupied, budgetBytes: budgetBytes ?? toDefaultBudget(await estimateFree()) }
  })
}

/** Sets what files may take of this device, null for the default; what is over it goes at once. */
export async function setFileBudget(session: Session, budgetBytes: number | null): Promise<void> {
  await setFileChoices(session, { budgetBytes })
  await makeRoom(accountHolding(session.db), budgetBytes ?? toDefaultBudget(await session.estimateFree()))
}

/** Removes from this device what can be fetched again, but for what is to stay here. */
export function removeFetched({ db }: Session): Promise<void> {
  return removeAllContents(accountHolding(db))
}

/** How much room one's files take on the server; null where it cannot be asked. */
export async function findServerSpace({ fetch, account }: Session): Promise<FileSpace | null> {
  const answer = await createFilesApi(fetch, account.userId).space()
  return answer.kind === 'ok' ? answer.value : null
}
