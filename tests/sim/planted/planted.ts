import type { ClassroomStorage, ClassroomTables } from '../../../client/sync/classroom/tables.ts'
import type { Environment, SocketEvents } from '../../../client/sync/environment.ts'
import type { ClientStore, ClientTables } from '../../../client/sync/tables.ts'
import type { Bus } from '../../../server/bus/bus.ts'
import type { CampusKind } from '../../../server/campus/kind.ts'
import type { Rules } from '../../../server/campus/rules.ts'
import type { Campus } from '../../../server/campus/types.ts'
import type { Classroom } from '../../../server/classroom/types.ts'
import type { Limits } from '../../../server/limits/limits.ts'
import type { LogKind } from '../../../server/log/kind.ts'
import type { Sequencer } from '../../../server/log/sequencer.ts'
import type { Store } from '../../../server/store/store.ts'
import type { Clock } from '../../../shared/clock.ts'
import type { Command } from '../../../shared/protocol/commands.ts'
import type { Sweep } from '../files/sweep.ts'
import type { ClassroomDisk } from '../memory-classroom.ts'
import type { Disk } from '../memory-store.ts'
import type { World } from '../world.ts'

/** A client's store, as its parts see it inside a transaction too. */
export type CampusStore = ClientStore & { tables: ClientTables }
export type RoomStorage = ClassroomStorage & { tables: ClassroomTables }

/** A mistake that somebody could make, put in at one of the seams between the parts. */
export interface Planted {
  /** In the database, as statements that follow on others. */
  triggers?: readonly string[]
  /** In a server process. */
  store?(store: Store, world: World): Store
  bus?(bus: Bus, world: World): Bus
  clock?(clock: Clock, world: World): Clock
  campusRules?(rules: Rules, world: World): Rules
  campusKind?(kind: CampusKind, world: World): CampusKind
  campusSequencer?(sequencer: Sequencer<Campus>, world: World): Sequencer<Campus>
  classroomKind?(kind: LogKind<Classroom>, world: World): LogKind<Classroom>
  classroomSequencer?(sequencer: Sequencer<Classroom>, world: World): Sequencer<Classroom>
  limits?(limits: Limits, world: World): Limits
  app?(fetch: App, world: World): App
  sweep?(sweep: Sweep, world: World): Sweep
  /** In what a server says, or in how it is heard. */
  answer?(path: string, text: string, world: World): string
  frame?(path: string, text: string, world: World): string
  socket?(events: SocketEvents, path: string, world: World): SocketEvents
  /** In a client. */
  environment?(environment: Environment, world: World): Environment
  campusStore?(store: CampusStore, disk: Disk, world: World): CampusStore
  classroomStorage?(storage: RoomStorage, disk: ClassroomDisk, world: World): RoomStorage
  studentStorage?(storage: RoomStorage, disk: ClassroomDisk, world: World): RoomStorage
  enqueue?(commands: readonly Command[], disk: Disk, world: World): readonly Command[]
  /** What could not be stored is taken for stored. */
  isStoredAlways?: boolean
}

export type App = (request: Request) => Promise<Response>
