import type { Bus } from '../../server/bus/bus.ts'
import { createCampusKind } from '../../server/campus/kind.ts'
import { createRoster } from '../../server/campus/roster.ts'
import { loadRosterEntries } from '../../server/campus/load-roster.ts'
import { type Campus, campusChannel } from '../../server/campus/types.ts'
import { createClassroomKind } from '../../server/classroom/kind.ts'
import { type Classroom, classroomChannel } from '../../server/classroom/types.ts'
import { campusRules } from '../../server/commands/rules.ts'
import { createCampusAudiences } from '../../server/live/campus-audiences.ts'
import { createClassroomAudiences } from '../../server/live/classroom-audiences.ts'
import { type ClassroomDevices, createClassroomDevices } from '../../server/live/classroom-devices.ts'
import { type Hub, joinOnlookers, type Onlooker } from '../../server/live/hub.ts'
import { createHubs, type Hubs } from '../../server/live/hubs.ts'
import { createSignals, type Signals } from '../../server/live/signals.ts'
import type { Store } from '../../server/store/store.ts'
import { classroomLog } from '../../shared/classroom/fields.ts'
import type { Clock } from '../../shared/clock.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'

// The live half of one server process, put together as server/serve.ts does it.

export interface LiveOptions {
  store: Store
  bus: Bus
  clock: Clock
  onError: (error: unknown) => void
}

export interface CampusLive {
  readonly hub: Hub<Campus>
  readonly signals: Signals
  close(): void
}

/** Resolves when it is known where the log stands. */
export async function startCampusLive(
  options: LiveOptions & { onLeft?: (sessionId: string) => void; onlooker?: Onlooker<Campus> },
): Promise<CampusLive> {
  const { store, bus, clock, onError, onLeft = () => undefined, onlooker } = options
  const roster = createRoster({ clock, load: (userIds) => loadRosterEntries(store, userIds) })
  const signals = createSignals({ store, bus, clock, roster, onLeft, onError })
  const hubs = createHubs<Campus>({
    ...{ kind: createCampusKind(store, campusRules), channel: campusChannel, store, bus, clock, onError },
    createAudiences: () => createCampusAudiences(roster),
    onlooker: () => (onlooker === undefined ? signals : joinOnlookers<Campus>(signals, onlooker)),
  })
  const hub = hubs.keep(CAMPUS_LOG)
  await hub.findPosition()
  return {
    hub,
    signals,
    close() {
      hubs.close()
      signals.close()
    },
  }
}

export interface ClassroomsLive {
  readonly hubs: Hubs<Classroom>
  readonly devices: ClassroomDevices
  close(): void
}

export function openClassroomsLive({ store, bus, clock, onError }: LiveOptions): ClassroomsLive {
  const hubs = createHubs<Classroom>({
    ...{ kind: createClassroomKind(store), channel: classroomChannel, store, bus, clock, onError },
    createAudiences: createClassroomAudiences,
  })
  const devices = createClassroomDevices({
    bus,
    clock,
    onChanged: (classroomId) => hubs.find(classroomLog(classroomId))?.pingAll(),
  })
  return {
    hubs,
    devices,
    close() {
      hubs.close()
      devices.close()
    },
  }
}
