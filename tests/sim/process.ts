import type { IncomingHttpHeaders } from 'node:http'
import { createAccounts } from '../../server/accounts/accounts.ts'
import { createCampusKind } from '../../server/campus/kind.ts'
import { createReceiptGatherer } from '../../server/campus/receipt-gatherer.ts'
import { createRoster } from '../../server/campus/roster.ts'
import { loadRosterEntries } from '../../server/campus/load-roster.ts'
import { campusChannel, type Campus } from '../../server/campus/types.ts'
import { listUnpublished } from '../../server/campus/unpublished-receipts.ts'
import { createCodeGuesses } from '../../server/classroom/code-guesses.ts'
import { findClassroom, findStaff } from '../../server/classroom/find-classroom.ts'
import { createClassroomKind } from '../../server/classroom/kind.ts'
import { createClassroomLimits } from '../../server/classroom/limits.ts'
import type { DrawnPhoto } from '../../server/classroom/photos/parts.ts'
import { createPhotos } from '../../server/classroom/photos/photos.ts'
import { classroomChannel, toDeleted, type Classroom } from '../../server/classroom/types.ts'
import { withDrawnPictures } from '../../server/commands/draw-pictures.ts'
import { campusRules } from '../../server/commands/rules.ts'
import { registerUser, setRole, submitCommands, publishReceipts } from '../../server/commands/submit.ts'
import { sweepFiles } from '../../server/files/sweep-files.ts'
import { createAdmitting } from '../../server/http/admitting.ts'
import { createApp } from '../../server/http/app.ts'
import type { Buckets } from '../../server/limits/buckets.ts'
import { createCampusAudiences } from '../../server/live/campus-audiences.ts'
import { createCampusDoor } from '../../server/live/campus-door.ts'
import { createClassroomAudiences } from '../../server/live/classroom-audiences.ts'
import { createClassroomDevices } from '../../server/live/classroom-devices.ts'
import { createClassroomDoors } from '../../server/live/classroom-doors.ts'
import { createHubs } from '../../server/live/hubs.ts'
import { createOpenSessions } from '../../server/live/open-sessions.ts'
import { joinOnlookers } from '../../server/live/hub.ts'
import { createSuspensions } from '../../server/live/suspensions.ts'
import { createFixedSettings } from '../support/settings.ts'
import { createSignals } from '../../server/live/signals.ts'
import type { Admission } from '../../server/live/sockets.ts'
import { findHead } from '../../server/log/log-tables.ts'
import { createReadiness } from '../../server/ops/readiness.ts'
import { createSequencer } from '../../server/log/sequencer.ts'
import { classroomLog } from '../../shared/classroom/fields.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import { NEWEST_PAGE_MESSAGES } from '../../shared/protocol/limits.ts'
import type { SimBus } from './bus.ts'
import type { DatabaseServer } from './database-server.ts'
import type { Person } from './device.ts'
import type { SimHome } from './files/home.ts'
import { createSimLimits } from './limits.ts'
import { createSimFiles } from './files/server.ts'
import { sweepAll } from './files/sweep.ts'
import { drawPeopleMax } from './people-max.ts'
import type { World } from './world.ts'

/*
 * One server process from its start to its end, put together as `server/serve.ts` does it, without listening. It can
 * be killed at any step: what it had under way is never answered, whether it was committed or not.
 */
export interface ServerProcess {
  /** A process of the version before: see `version-before.ts`. */
  readonly isOld: boolean
  isOn(): boolean
  fetch(request: Request): Promise<Response>
  /** Who is let in at a path; undefined where there is no door. */
  admit(path: string, headers: IncomingHttpHeaders): Promise<Admission> | undefined
  endSession(userId: string, sessionId: string): Promise<unknown>
  /** Somebody who has no device is there from now on. Throws when the store is away. */
  register(newcomer: Person): Promise<unknown>
  /** Sweeps what files left behind, as if so many days had passed. */
  sweep(days: number): Promise<void>
  onKilled(listener: () => void): void
  kill(): void
}

export interface Machines {
  readonly database: DatabaseServer
  readonly bus: SimBus
  readonly home: SimHome
  /** What all processes count together. */
  buckets: Buckets
  /** How far the clock of the machines is off, in milliseconds. */
  clockOffset: number
}

const SMALL_PAGES = { rows: 9, conversations: 2, users: 3 }
/** Of a conversation that is new to a device, or of which it is far behind. */
const FEW_NEWEST = 2
const SMALL_CLASSROOM_PAGES = { pageRows: 5 }
/** Hashing takes longer than a whole run; whether a password is right is for other tests. */
const QUICK_HASHER = { hash: async (password: string) => password, compare: async () => true }
const NO_LIMIT = { points: 1_000_000, withinMs: 1_000 }
const NO_TRY_LIMITS = { signInByHandleAndAddress: NO_LIMIT, signInByHandle: NO_LIMIT, signInByAddress: NO_LIMIT }

/** Throws when the store is away. */
export async function startProcess(world: World, machines: Machines): Promise<ServerProcess> {
  const { scheduler, planted } = world
  let on = true
  const listeners: (() => void)[] = []
  const isOn = () => on
  const isOld = world.faults.oldProcesses && !world.isCalm() && world.chance.happens(0.5)
  const plantedStore = (store: ReturnType<DatabaseServer['connect']>) => planted.store?.(store, world) ?? store
  const store = plantedStore(machines.database.connect(isOn))
  const bus = planted.bus?.(machines.bus.connect(isOn), world) ?? machines.bus.connect(isOn)
  const onError = (error: unknown) => {
    world.report(error)
    return 'simulated'
  }
  // A dead process hears nothing, and its timers never fire.
  const running = {
    now: () => scheduler.now() + machines.clockOffset,
    after: (ms: number, work: () => void) => scheduler.after(ms, () => on && work()),
  }
  const clock = planted.clock?.(running, world) ?? running

  const rules = planted.campusRules?.(campusRules, world) ?? campusRules
  const campusOfServer = createCampusKind(
    store,
    rules,
    (conversation) => receipts.note(conversation),
    drawPeopleMax(world),
  )
  const smallPages = { ...SMALL_PAGES, newest: world.faults.far ? FEW_NEWEST : NEWEST_PAGE_MESSAGES }
  const smallCampus: typeof campusOfServer = {
    ...campusOfServer,
    loadPage: (db, log, view, reader, from) => campusOfServer.loadPage(db, log, view, reader, from, smallPages),
  }
  const campusKind = planted.campusKind?.(smallCampus, world) ?? smallCampus
  const smallClassroom = createClassroomKind(store, SMALL_CLASSROOM_PAGES)
  const classroomKind = planted.classroomKind?.(smallClassroom, world) ?? smallClassroom

  const undrawn = createSequencer<Campus>({
    store,
    kind: campusKind,
    publish: (committed) => bus.publish(campusChannel, committed),
    now: clock.now,
    onError,
  })
  // What is drawn, and how long that takes, is no matter of the log.
  const realCampusSequencer = withDrawnPictures(undrawn, async (bytes) => new Uint8Array(bytes))
  const watchedCampusSequencer: typeof realCampusSequencer = {
    ...realCampusSequencer,
    submit(log, entries) {
      world.witness.files.noteSent(entries.map(({ command }) => command))
      return realCampusSequencer.submit(log, entries)
    },
  }
  const campusSequencer = planted.campusSequencer?.(watchedCampusSequencer, world) ?? watchedCampusSequencer
  const realClassroomSequencer = createSequencer<Classroom>({
    store,
    kind: classroomKind,
    publish: (committed) => bus.publish(classroomChannel, committed),
    now: clock.now,
    onError,
  })
  const classroomSequencer = planted.classroomSequencer?.(realClassroomSequencer, world) ?? realClassroomSequencer
  const receipts = createReceiptGatherer({
    ...{ clock, onError },
    publish: (conversationId) => publishReceipts(campusSequencer, conversationId),
    listUnpublished: () => listUnpublished(store),
  })
  const settings = createFixedSettings()
  const realLimits = createSimLimits(world, { store, now: clock.now, isOld, isOn }, machines.buckets)
  const limits = planted.limits?.(realLimits, world) ?? realLimits
  const accounts = createAccounts({
    ...{ store, bus, redis: undefined, clock, onError, hasher: QUICK_HASHER, limits: NO_TRY_LIMITS },
    settings,
    setRole: (userId, role) => setRole(campusSequencer, userId, role),
    toLink: (hash) => `#${hash}`,
    registerUser: (user) => registerUser(campusSequencer, user),
    findHead: async () => (await findHead(store.db, campusKind.tables, CAMPUS_LOG))?.head ?? 0,
  })
  const { findSession, listAlive } = accounts
  const sessions = createOpenSessions({ bus, clock, listAlive, onError })
  const roster = createRoster({ clock, load: (userIds) => loadRosterEntries(store, userIds) })
  const signals = createSignals({ store, bus, clock, roster, onLeft: accounts.recordLeft, onError })
  const suspensions = createSuspensions({ sessions, reconsider: accounts.reconsider, onError })
  const campusHubs = createHubs<Campus>({
    ...{ kind: campusKind, channel: campusChannel, store, bus, clock, onError },
    createAudiences: () => createCampusAudiences(roster),
    onlooker: () => joinOnlookers<Campus>(signals, suspensions),
  })
  const campusHub = campusHubs.keep(CAMPUS_LOG)
  const classroomHubs = createHubs<Classroom>({
    ...{ kind: classroomKind, channel: classroomChannel, store, bus, clock, onError },
    createAudiences: createClassroomAudiences,
  })
  const devices = createClassroomDevices({
    bus,
    clock,
    onChanged: (classroomId) => classroomHubs.find(classroomLog(classroomId))?.pingAll(),
  })
  const files = createSimFiles(world, { store, now: clock.now, onError, home: machines.home, isOn })
  const app = createApp({
    about: { version: '0', startedAt: 0, environment: [] },
    admitting: createAdmitting({ store, limits, accounts, settings }),
    erasures: { erase: () => Promise.reject(new Error('nobody deletes an account here')) },
    ...{ store, accounts, sessions, settings, now: clock.now, report: onError, reportBare: onError },
    campus: { store, kind: campusKind, sequencer: campusSequencer, hub: campusHub },
    classrooms: {
      ...{ kind: classroomKind, sequencer: classroomSequencer, hubs: classroomHubs, devices },
      announceDeleted: (log) => bus.publish(classroomChannel, toDeleted(log)),
      limits: createClassroomLimits(clock.now),
      guesses: createCodeGuesses(clock.now),
      photos: createPhotos({
        ...{
          store,
          now: clock.now,
          countRoom: async () => Number.POSITIVE_INFINITY,
          draw: async (bytes) => toDrawn(bytes),
        },
      }),
    },
    limits,
    files,
    clientFiles: new Map(),
    ...{ observer: undefined, answerMetrics: undefined },
    readiness: createReadiness({ store, bus, now: clock.now }),
    config: { publicUrl: undefined },
  })
  const doors = [
    createCampusDoor({
      ...{ hub: campusHub, signals, sessions, clock, findSession, onError },
      isErased: accounts.isErased,
      submit: ({ userId }, commands, from, line) =>
        submitCommands(campusSequencer, userId, commands, from, (asked) => limits.admit(userId, asked, line)),
      onAcknowledged: accounts.recordCursor,
    }),
    ...createClassroomDoors({
      ...{ hubs: classroomHubs, devices, sessions, clock, findSession, onError },
      exists: async (classroomId) => (await findClassroom(store.db, classroomId)) !== undefined,
      isStaff: async (classroomId, userId) => (await findStaff(store.db, classroomId, userId)) !== undefined,
    }),
  ]
  await campusHub.findPosition()
  await receipts.begin()
  const fetch = async (request: Request) => app.fetch(request, {})
  return {
    isOld,
    isOn,
    fetch: planted.app?.(fetch, world) ?? fetch,
    admit: (path, headers) => doors.map((door) => door.find(path)).find((found) => found !== undefined)?.(headers),
    endSession: accounts.endSession,
    register: ({ userId, handle }) => registerUser(campusSequencer, { id: userId, handle, name: handle }),
    sweep: (days) => sweepAll(files.parts, days, world.witness, planted.sweep?.(sweepFiles, world)),
    onKilled: (listener) => void listeners.push(listener),
    kill() {
      on = false
      for (const listener of listeners) listener()
      for (const part of [campusHubs, classroomHubs, signals, sessions, devices]) part.close()
    },
  }
}

/** A picture as it is kept here, where none is drawn. */
function toDrawn(content: Buffer): DrawnPhoto {
  return { whole: { content, type: 'image/jpeg' }, small: content, width: 4, height: 3, preview: 'AAAA' }
}
