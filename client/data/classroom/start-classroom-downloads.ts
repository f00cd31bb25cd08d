import { Dexie } from 'dexie'
import { createDeskApi, createStudentApi } from '../../sync/classroom/api.ts'
import { makeClassroomRoom } from '../../sync/classroom/content-room.ts'
import { getConnection } from '../../sync/classroom/find-connection.ts'
import { createDownloads, type Downloads } from '../../sync/files/downloads.ts'
import { watchLive } from '../../sync/storage/watch-live.ts'
import type { OpenedClassroom } from './opened-classroom.ts'

/** So much stays free of what the browser would store: for what is asked and answered, which matters more. */
const RESERVE_BYTES = 20_000_000

/** What brings a classroom's photos and files to this device, for as long as it is open in this tab. */
export function startClassroomDownloads({ db, id, userId, environment }: OpenedClassroom): Downloads {
  const { fetch, clock } = environment
  const downloads = createDownloads({
    ...{ db, clock, api: userId === null ? createStudentApi(fetch, id) : createDeskApi(fetch, userId, id) },
    async makeRoom(bytes, underWay) {
      await makeClassroomRoom(db, bytes, underWay)
      const free = await environment.estimateFree()
      // Its pieces, and then all of it, before they go.
      return free === undefined || free > 2 * bytes + RESERVE_BYTES
    },
    onError(error) {
      if (!(error instanceof Dexie.DatabaseClosedError)) environment.onError(error)
    },
  })
  const stopListening = watchLive(async () => (await getConnection(db)).state === 'live', downloads.wake)
  db.on('close', () => {
    // It is closed for a moment where it moves to memory or back.
    if (!db.isGone) return
    stopListening()
    downloads.stop()
  })
  return downloads
}
