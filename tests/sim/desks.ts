import { createClassroomsApi, createDeskApi } from '../../client/sync/classroom/api.ts'
import { deskDatabaseName } from '../../client/sync/classroom/database.ts'
import { startDesk } from '../../client/sync/classroom/follow-desk.ts'
import { leadInTurn } from '../../client/sync/leader.ts'
import type { Engine } from '../../client/sync/log/engine.ts'
import { singleFlight } from '../../client/sync/single-flight.ts'
import { repeat } from '../../shared/clock.ts'
import type { Tab } from './browser.ts'
import { createMemoryStorage, type ClassroomDisk } from './memory-classroom.ts'
import type { World } from './world.ts'

/** Sooner than in the app: a run is short. */
const REFRESH_EVERY_MS = 20_000

export interface Desks {
  /** What the device holds of each classroom that its account staffs. */
  readonly disks: ReadonlyMap<string, ClassroomDisk>
  storageOf(tab: Tab, desk: ClassroomDisk): ReturnType<typeof createMemoryStorage>
  /** Follows, in the tab that leads, the classrooms that the server says are staffed by this account; returns what ends it. */
  lead(tab: Tab, run: (engine: Engine) => () => void): () => void
}

/** As `client/sync/classroom/desks.ts` does it, over memory. */
export function createDesks(world: World, userId: string, createDisk: () => ClassroomDisk): Desks {
  const disks = new Map<string, ClassroomDisk>()

  function storageOf(tab: Tab, desk: ClassroomDisk) {
    const isThere = () => tab.isOn() && [...disks.values()].includes(desk)
    const storage = createMemoryStorage(desk, isThere, tab.whenThawed)
    return world.planted.classroomStorage?.(storage, desk, world) ?? storage
  }

  return {
    disks,
    storageOf,
    lead(tab, run) {
      const { environment } = tab
      const { fetch, clock } = environment
      const onError = (error: unknown) => environment.onError(error)
      const open = new Map<string, () => void>()
      let stopped = false

      function follow(id: string): () => void {
        const disk = disks.get(id) ?? createDisk()
        disks.set(id, disk)
        const storage = storageOf(tab, disk)
        const api = createDeskApi(fetch, userId, id)
        return leadInTurn(
          environment,
          deskDatabaseName(userId, id),
          () => run(startDesk({ environment, storage, api, onError })),
          onError,
        )
      }

      const refresh = singleFlight(async () => {
        const answer = await createClassroomsApi(fetch, userId).list()
        if (answer.kind !== 'ok' || stopped) return
        const staffed = answer.value.staffed.map(({ id }) => id)
        for (const [id, stop] of open) {
          if (staffed.includes(id)) continue
          stop()
          open.delete(id)
          disks.delete(id)
        }
        for (const id of staffed) if (!open.has(id)) open.set(id, follow(id))
      }, onError)
      const stops = [repeat(clock, REFRESH_EVERY_MS, refresh), environment.onWake(refresh)]
      for (const id of disks.keys()) open.set(id, follow(id))
      refresh()
      return () => {
        stopped = true
        stops.forEach((stop) => stop())
        open.forEach((stop) => stop())
      }
    },
  }
}
