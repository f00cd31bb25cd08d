import { createMemoryBuckets } from '../../server/limits/buckets.ts'
import { createSequencer } from '../../server/log/sequencer.ts'
import { createCampusKind } from '../../server/campus/kind.ts'
import type { Campus } from '../../server/campus/types.ts'
import { campusRules } from '../../server/commands/rules.ts'
import { registerUser } from '../../server/commands/submit.ts'
import type { Store } from '../../server/store/store.ts'
import { createSimBus } from './bus.ts'
import { checkLog, compare } from './campus/check.ts'
import { createRecord } from './campus/record.ts'
import { getIssuer, makeClassroom, type SimClassroom } from './classroom/classrooms.ts'
import { checkClassroom, checkTokens, compareClassroom } from './classroom/check.ts'
import { createStudentRecord } from './classroom/record.ts'
import { createStudent, type Student } from './classroom/student.ts'
import { createDatabaseServer } from './database-server.ts'
import { openSimDatabase } from './database.ts'
import { createDevice, type Person } from './device.ts'
import { drawFaults } from './faults.ts'
import { createSimHome } from './files/home.ts'
import { createFilesRecord } from './files/record.ts'
import { checkSwept } from './files/sweep.ts'
import { fillHoles } from './holes.ts'
import type { Planted } from './planted/planted.ts'
import { startProcess, type Machines, type ServerProcess } from './process.ts'
import { drawPeopleMax } from './people-max.ts'
import { comeToRest, listStaffed } from './rest.ts'
import { liveRoughly } from './rough-time.ts'
import { createChance, createScheduler, settle, type Scheduler } from './scheduler.ts'
import { createWitness } from './witness.ts'
import { createWorld, type World } from './world.ts'

/*
 * One run: a rough time, in which people write, students ask and staff answer while everything fails that fails in
 * life; then a calm one, in which everything works again. At rest each device holds exactly the rows that its user may
 * see, and nothing is doubled, lost or left waiting.
 *
 * Real are both ends from `fetch` and `openSocket` up and down: routes, doors, hubs, sequencers, rules, pulls and SQLite;
 * engines, outboxes, leaders, contracts; of files the uploader, tus-js-client, the rows and the sweep. Made up are the clock,
 * chance, the bus, the wires, IndexedDB and the browser's locks; of files where bytes lie, and on the server tus and
 * the looking into them. A seed decides it all.
 */

const PEOPLE = 4
const PROCESSES = 2
/** What happens in the rough time: so much, or less in a shorter run. */
const EVENTS = 700
/** Enough for everybody to sign in and to pull for the first time. */
const STEPS_BEFORE = 150

export interface Run {
  /** What went wrong, in sentences; nothing when all is as it has to be. */
  wrong: string[]
  /** The same whenever the seed is. */
  digest: string
  /** What failed besides what fails in every run. */
  faults: string
}

export interface Shape {
  events?: number
  /** Whether messages carry files; drawn where nobody says. */
  files?: boolean
  /** Whether devices are soon far behind; drawn likewise. */
  far?: boolean
  /** Whether there are too many people for each device to hold all; drawn likewise. */
  crowd?: boolean
  /** Whether whoever writes much is slowed down; drawn likewise. */
  limits?: boolean
  /** Whether people block each other, want to be asked and leave for good; drawn likewise. */
  contacts?: boolean
}

export async function simulate(seed: number, planted: Planted = {}, shape: Shape = {}): Promise<Run> {
  const { events = EVENTS } = shape
  const scheduler = createScheduler()
  const chance = createChance(seed)
  const database = await openSimDatabase()
  database.reset()
  database.plant(planted.triggers ?? [])
  const witness = createWitness(scheduler, database)
  const drawn = drawFaults(chance, createChance(seed * 7919 + 1))
  const faults = {
    ...drawn,
    files: shape.files ?? drawn.files,
    far: shape.far ?? drawn.far,
    crowd: shape.crowd ?? drawn.crowd,
    limits: shape.limits ?? drawn.limits,
    contacts: shape.contacts ?? drawn.contacts,
  }
  const world = createWorld({ scheduler, chance, faults, planted, witness })
  const machines: Machines = {
    database: createDatabaseServer(world, database),
    bus: createSimBus(world),
    home: createSimHome(scheduler.now),
    buckets: createMemoryBuckets(scheduler.now),
    clockOffset: 0,
  }
  const people = await register(database.store, world)
  const classrooms = await openClassrooms(database.store, world, people)
  witness.noteCommit()

  const processes: (ServerProcess | undefined)[] = []
  const start = async (place: number) => {
    // One that finds the store away is started again, as its supervisor does.
    processes[place] = await startProcess(world, machines).catch(() => undefined)
  }
  const findProcess = () => chance.pick(processes.filter((process) => process?.isOn() === true))
  for (let place = 0; place < PROCESSES; place += 1) await start(place)

  const devices = people.flatMap((person) => {
    // Who has two devices, and lost messages to a restored backup, offers them from both, in the order of neither.
    const count = faults.restore || faults.failover || chance.happens(0.7) ? 1 : 2
    return Array.from({ length: count }, () => createDevice(world, person, findProcess))
  })
  const students = classrooms.flatMap((classroom, room) =>
    Array.from({ length: room === 0 ? 3 : 2 }, (_, index): Student => {
      const tokens = classroom.issuer?.tokens.slice(index * 25, index * 25 + 25) ?? []
      return createStudent(world, classroom, tokens, findProcess)
    }),
  )
  const record = createRecord(devices, scheduler)
  const studentRecord = createStudentRecord()
  const filesRecord = createFilesRecord()
  for (const follower of [...devices, ...students]) follower.openTab()
  for (const device of devices) void device.signIn()
  for (let step = 0; step < STEPS_BEFORE; step += 1) await scheduler.step()

  world.setRough(true)
  const { isRestored, lostContent } = await liveRoughly(events, {
    ...{ world, machines, database, devices, students, record, studentRecord, filesRecord },
    ...{ userIds: people.map(({ userId }) => userId), processes, start },
  })

  const describeRun = (wrong: string[]): Run => ({
    wrong: [...wrong, ...witness.wrong, ...world.errors.map((error) => `an error was logged: ${describe(error)}`)],
    digest: `${scheduler.steps} steps, ${scheduler.now()}, ${chance.next()}`,
    faults: Object.entries(faults)
      .flatMap(([name, is]) => (is ? [name] : []))
      .join(),
  })
  const end = () => {
    for (const process of processes) process?.kill()
    for (const { browser } of [...devices, ...students]) for (const tab of browser.tabs) tab.close()
  }
  if (world.isWrong()) {
    end()
    return describeRun([])
  }

  world.setRough(false)
  machines.database.health = 'well'
  machines.clockOffset = 0
  machines.bus.comeBack()
  for (const [place, process] of processes.entries()) {
    if (process?.isOld === true) process.kill()
    if (process?.isOn() !== true) await start(place)
  }
  for (const follower of [...devices, ...students]) {
    follower.setFault(undefined)
    // Sooner than a device that speaks the version before would try the newest again.
    if (faults.oldDevices || faults.oldProcesses) follower.browser.network.cut()
    follower.browser.network.mend()
    for (const tab of follower.browser.tabs) tab.thaw()
    if (follower.browser.tabs.length === 0) follower.openTab()
    for (const tab of follower.browser.tabs) tab.show(true)
  }
  const wrong = await comeToRest(events, scheduler, database, devices, students)
  for (const device of devices) wrong.push(...device.checkLeftOut())
  for (const device of devices) await fillHoles(scheduler, device)
  // What came into a hole may be said to have been received.
  if (wrong.length === 0) wrong.push(...(await comeToRest(events, scheduler, database, devices, students)))

  wrong.push(...(await checkLog(database.store)))
  for (const device of devices) {
    wrong.push(...(await compare(device, database.store, faults.crowd)))
    const { userId } = device.person
    for (const classroomId of listStaffed(database, userId)) {
      const desk = device.desks.get(classroomId)
      if (desk !== undefined) wrong.push(...(await compareClassroom(userId, desk, classroomId, 'staff', database)))
    }
  }
  for (const [index, { disk, classroom }] of students.entries()) {
    wrong.push(...(await compareClassroom(`student ${index}`, disk, classroom.id, 'everybody', database)))
  }
  for (const classroom of classrooms) wrong.push(...checkClassroom(database, classroom))
  wrong.push(...checkTokens(database, students))
  wrong.push(...(await record.check(database.store, isRestored)))
  wrong.push(...studentRecord.check(database, students))
  wrong.push(...filesRecord.check(database, machines.home, lostContent))
  if (faults.files && wrong.length === 0) {
    await passTimeUntil(scheduler, findProcess()?.sweep(200))
    wrong.push(...checkSwept(database, machines.home, lostContent))
    wrong.push(...filesRecord.check(database, machines.home, lostContent))
  }
  end()
  return describeRun(wrong)
}

/** A mistake may wait in the middle of what it does. */
async function passTimeUntil(scheduler: Scheduler, work: Promise<void> = Promise.resolve()): Promise<void> {
  let isDone = false
  const done = work.finally(() => (isDone = true))
  await settle()
  while (!isDone && (await scheduler.step()));
  await done
}

function describe(error: unknown): string {
  return error instanceof Error ? String(error.stack) : String(error)
}

async function register(store: Store, world: World): Promise<Person[]> {
  const { scheduler, chance, report } = world
  const sequencer = createSequencer<Campus>({
    store,
    kind: createCampusKind(store, campusRules, () => undefined, drawPeopleMax(world)),
    publish: () => undefined,
    now: scheduler.now,
    onError(error) {
      report(error)
      return 'simulated'
    },
  })
  const people = Array.from({ length: PEOPLE }, (_, index) => ({ userId: chance.id(), handle: `user${index}` }))
  for (const { userId, handle } of people) {
    await store.db.insertInto('credential').values({ user_id: userId, password_hash: 'a hash' }).execute()
    await registerUser(sequencer, { id: userId, handle, name: handle })
  }
  return people
}

async function openClassrooms(
  store: Store,
  { scheduler, chance, faults }: World,
  [owner]: readonly Person[],
): Promise<SimClassroom[]> {
  if (owner === undefined) return []
  const open = (isLimited: boolean) =>
    makeClassroom(store, chance, owner.userId, isLimited ? getIssuer() : undefined, scheduler.now())
  return faults.tokens ? [await open(false), await open(true)] : [await open(false)]
}
