import type { Account } from '../account.ts'
import type { Environment } from '../environment.ts'
import type { ConnectionState } from '../log/connection-state.ts'
import { watchLive } from '../storage/watch-live.ts'
import type { ContentsDatabase } from './contents.ts'
import { followUploads } from './follow-uploads.ts'
import type { UploadStore } from './uploader.ts'

/** What waits, and whether it may go, which may be asked in a live query. */
export interface FollowedUploads extends UploadStore {
  findConnection(): Promise<Pick<ConnectionState, 'kind'> | undefined>
}

/**
 * Uploads what waits, for as long as this tab leads. What it takes to do so is loaded once there is something.
 */
export function startUploads(
  environment: Pick<Environment, 'clock' | 'random' | 'fetch' | 'onWake' | 'onError' | 'requestBackgroundSync'>,
  account: Pick<Account, 'userId'>,
  db: ContentsDatabase,
  store: FollowedUploads,
  newId?: () => string,
): { wake(): void; stop(): void } {
  return followUploads({
    environment,
    store,
    async load() {
      const { uploadAll, toUploadPart } = await import('./upload-part.ts')
      return (over) => uploadAll(toUploadPart(environment, account.userId, db, store, newId), over)
    },
    onLive: (listener) => watchLive(async () => (await store.findConnection())?.kind === 'live', listener),
  })
}
