import { Dexie } from 'dexie'
import { createDeskApi, createStudentApi } from '../../sync/classroom/api.ts'
import { CLASSROOM_BUDGET_BYTES, classroomHolding } from '../../sync/classroom/classroom-holding.ts'
import { getConnection } from '../../sync/classroom/find-connection.ts'
import { hasRoomFor, makeRoom } from '../../sync/files/budget.ts'
import { createDownloads, type Downloads } from '../../sync/files/downloads.ts'
import { watchLive } from '../../sync/storage/watch-live.ts'
import type { OpenedClassroom } from './opened-classroom.ts'

/** What brings a classroom's photos and files to this device, for as long as it is open in this tab. */
export function startClassroomDownloads({ db, id, userId, environment }: OpenedClassroom): Downloads {
  const { fetch, clock } = environment
  const downloads = createDownloads({
    ...{ db, clock, api: userId === null ? createStudentApi(fetch, id) : createDeskApi(fetch, userId, id) },
    async makeRoom(bytes, underWay) {
      await makeRoom(classroomHolding(db), CLASSROOM_BUDGET_BYTES, bytes, { now: clock.now(), underWay })
      return hasRoomFor(bytes, await environment.estimateFree())
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
