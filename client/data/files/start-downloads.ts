import { Dexie } from 'dexie'
import type { Clock } from '../../../shared/clock.ts'
import { accountHolding, toDefaultBudget } from '../../sync/files/account-holding.ts'
import { hasRoomFor, makeRoom } from '../../sync/files/budget.ts'
import { createDownloads, type Downloads } from '../../sync/files/downloads.ts'
import { createFilesApi } from '../../sync/files/files-api.ts'
import { watchLive } from '../../sync/storage/watch-live.ts'
import type { Session } from '../session.ts'
import { findFileChoices } from './file-choices.ts'

/** What brings files to this device, for as long as the tab lives. */
export function startDownloads({ db, account, fetch, estimateFree }: Session, clock: Clock): Downloads {
  const downloads = createDownloads({
    ...{ db, clock, api: createFilesApi(fetch, account.userId), onError: throwLater },
    async makeRoom(bytes, underWay) {
      const { budgetBytes } = await findFileChoices(db)
      const budget = budgetBytes ?? toDefaultBudget(await estimateFree())
      await makeRoom(accountHolding(db), budget, bytes, { now: clock.now(), underWay })
      return hasRoomFor(bytes, await estimateFree())
    },
  })
  const isLive = async () => {
    const found = await db.meta.get('connection')
    return found?.key === 'connection' && found.state.kind === 'live'
  }
  const stopListening = watchLive(isLive, downloads.wake)
  db.on('close', () => {
    // It is closed for a moment where it moves to memory or back.
    if (!db.isGone) return
    stopListening()
    downloads.stop()
  })
  return downloads
}

/** What cannot be kept is a bug or a broken device, and stops nothing; after signing out there is nowhere to keep it. */
function throwLater(error: unknown): void {
  if (error instanceof Dexie.DatabaseClosedError) return
  queueMicrotask(() => {
    throw error
  })
}
