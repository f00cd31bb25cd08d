import type { StaffCommand } from '../../shared/classroom/commands.ts'
import type { Command } from '../../shared/protocol/commands.ts'
import { act } from './campus/actions.ts'
import type { Record } from './campus/record.ts'
import type { StudentRecord } from './classroom/record.ts'
import { actAsStaff } from './classroom/staff-actions.ts'
import { actAsStudent } from './classroom/student-actions.ts'
import type { Student } from './classroom/student.ts'
import type { SimDatabase } from './database.ts'
import type { Device } from './device.ts'
import { DISK_FAULTS } from './disks.ts'
import type { Faults } from './faults.ts'
import type { Machines, ServerProcess } from './process.ts'
import type { World } from './world.ts'

/*
 * The rough time of a run: what people do and what fails, drawn one after another, with a few steps of everything that
 * is under way in between.
 */

export interface Scene {
  world: World
  machines: Machines
  database: SimDatabase
  devices: readonly Device[]
  students: readonly Student[]
  record: Record
  studentRecord: StudentRecord
  userIds: readonly string[]
  processes: (ServerProcess | undefined)[]
  start(place: number): Promise<void>
}

interface State {
  isBackedUp: boolean
  isRestored: boolean
}

interface Happening {
  weight: number
  /** Only in runs that have this. */
  fault?: keyof Faults
  happen(scene: Scene, state: State): void | Promise<void>
}

const STEPS_BETWEEN_MAX = 7
const DAY_MS = 24 * 60 * 60 * 1000
const YEARS_OFF_MS = 5 * 365 * DAY_MS

const HAPPENINGS: readonly Happening[] = [
  { weight: 160, happen: writeSomething },
  { weight: 120, happen: askSomething },
  { weight: 50, happen: answerSomething },
  { weight: 6, happen: changeStaff },
  { weight: 10, happen: scrollUp },
  { weight: 10, happen: letTimePass },
  { weight: 30, happen: (scene) => pickFollower(scene)?.browser.network.cut() },
  { weight: 60, happen: mend },
  { weight: 15, happen: closeTab },
  { weight: 40, happen: openTab },
  { weight: 6, happen: ({ world, processes }) => world.chance.pick(processes)?.kill() },
  { weight: 34, happen: startProcess },
  { weight: 24, happen: signIn },
  { weight: 8, fault: 'sessions', happen: endSession },
  { weight: 16, fault: 'tabs', happen: freezeTab },
  { weight: 24, fault: 'tabs', happen: thawTab },
  { weight: 10, fault: 'tabs', happen: showTab },
  { weight: 6, fault: 'fullDisk', happen: failDisk },
  { weight: 12, fault: 'fullDisk', happen: (scene) => pickFollower(scene)?.setFault(undefined) },
  { weight: 3, fault: 'eviction', happen: evict },
  { weight: 8, fault: 'clocks', happen: setClock },
  { weight: 2, fault: 'serverClock', happen: ({ machines }) => void (machines.clockOffset = 70 * DAY_MS) },
  { weight: 8, fault: 'serverClock', happen: ({ machines }) => void (machines.clockOffset = 0) },
  { weight: 10, fault: 'store', happen: failDatabase },
  { weight: 16, fault: 'store', happen: ({ machines }) => void (machines.database.health = 'well') },
  { weight: 4, fault: 'busAway', happen: ({ machines }) => machines.bus.goAway() },
  { weight: 10, fault: 'busAway', happen: ({ machines }) => machines.bus.comeBack() },
  { weight: 14, fault: 'serviceWorker', happen: syncInBackground },
  { weight: 6, fault: 'restore', happen: backUp },
  { weight: 4, fault: 'restore', happen: restore },
  { weight: 12, fault: 'failover', happen: backUp },
  { weight: 4, fault: 'failover', happen: failOver },
]

export async function liveRoughly(events: number, scene: Scene): Promise<{ isRestored: boolean }> {
  const { scheduler, chance, faults } = scene.world
  const possible = HAPPENINGS.filter(({ fault }) => fault === undefined || faults[fault])
  const total = possible.reduce((sum, { weight }) => sum + weight, 0)
  const state: State = { isBackedUp: false, isRestored: false }
  for (let event = 0; event < events; event += 1) {
    for (let step = chance.between(0, STEPS_BETWEEN_MAX); step > 0; step -= 1) await scheduler.step()
    let dice = chance.between(1, total)
    const chosen = possible.find(({ weight }) => (dice -= weight) <= 0)
    await chosen?.happen(scene, state)
    if (scene.world.isWrong()) break
  }
  return state
}

function pickFollower({ world, devices, students }: Scene): Device | Student | undefined {
  return world.chance.pick([...devices, ...students])
}

function writeSomething(scene: Scene): void {
  const { world, devices, record, userIds } = scene
  const device = world.chance.pick(devices)
  if (device === undefined) return
  const commands = act(world.chance, device, userIds)
  if (!device.enqueue(commands)) return
  record.note(device, commands)
  for (const command of commands) scrollTo(scene, command)
}

/** Wherever a message, or what hangs on it, is about to change, somebody scrolls up to it: the page may come after the news. */
function scrollTo({ devices }: Scene, command: Command): void {
  if (!('messageId' in command)) return
  for (const { disk, loadHistory } of devices) {
    const row = disk.messages.rows.get(command.messageId)
    if (row !== undefined && disk.connection.kind === 'live') void loadHistory(row.conversationId, row.n + 1)
  }
}

function scrollUp({ world: { chance }, devices }: Scene): void {
  const device = chance.pick(devices)
  const latest = chance.pick([...(device?.disk.latest.rows.values() ?? [])])
  if (latest !== undefined) void device?.loadHistory(latest.conversationId, chance.between(1, latest.n))
}

function askSomething({ world: { chance }, students, studentRecord }: Scene): void {
  const student = chance.pick(students)
  if (student === undefined) return
  const { identity } = student
  for (const { subject, command, receipt } of actAsStudent(chance, student)) {
    void student.enqueue(subject, command, receipt).then((isStored) => {
      if (isStored) studentRecord.note(identity, subject, command)
    })
  }
}

function answerSomething({ world: { chance }, devices }: Scene): void {
  const device = chance.pick(devices.filter(({ desks }) => desks.size > 0))
  const [classroomId, desk] = chance.pick([...(device?.desks ?? [])]) ?? []
  if (device === undefined || classroomId === undefined || desk === undefined) return
  const command = actAsStaff(chance, desk)
  if (command !== undefined) device.enqueueAtDesk(classroomId, command)
}

/** Who made a classroom lets a second person answer in it, and ends that. */
function changeStaff({ world: { chance }, devices, userIds }: Scene): void {
  const [owner, second] = userIds
  const device = devices.find(({ person }) => person.userId === owner)
  const [classroomId] = chance.pick([...(device?.desks ?? [])]) ?? []
  if (device === undefined || classroomId === undefined || second === undefined) return
  const type = chance.happens(0.7) ? 'staff.add' : 'staff.remove'
  const command: StaffCommand = { type, id: chance.id(), userId: second }
  device.enqueueAtDesk(classroomId, command)
}

/** Nobody does anything for a while. */
async function letTimePass({ world: { scheduler, chance } }: Scene): Promise<void> {
  const until = scheduler.now() + chance.between(1_000, 20_000)
  while (scheduler.now() < until) await scheduler.step()
}

function mend(scene: Scene): void {
  const follower = pickFollower(scene)
  follower?.browser.network.mend()
  // Browsers say so, but not always.
  if (scene.world.chance.happens(0.5)) follower?.browser.tabs.forEach((tab) => tab.wake())
}

function closeTab(scene: Scene): void {
  scene.world.chance.pick(pickFollower(scene)?.browser.tabs ?? [])?.close()
}

function openTab(scene: Scene): void {
  const { chance, faults } = scene.world
  const follower = pickFollower(scene)
  const open = follower?.browser.tabs.length ?? 0
  if (open === 0 || (faults.tabs && open < 3 && chance.happens(0.5))) follower?.openTab()
}

async function startProcess({ processes, start }: Scene): Promise<void> {
  const place = processes.findIndex((process) => process?.isOn() !== true)
  if (place >= 0) await start(place)
}

function signIn({ world: { chance }, devices }: Scene): void {
  const device = chance.pick(devices.filter(({ disk }) => disk.connection.kind === 'signed-out'))
  void device?.signIn()
}

/** From another device, or by the hand of an operator. */
function endSession({ world, database, devices, processes }: Scene): void {
  const device = world.chance.pick(devices)
  const process = world.chance.pick(processes.filter((one) => one?.isOn() === true))
  if (device === undefined || process === undefined) return
  const { userId } = device.person
  const sessions = database.all<{ id: string }>('select id from session where user_id = ? order by rowid', userId)
  const session = world.chance.pick(sessions)
  if (session === undefined) return
  process.endSession(userId, session.id).catch((error: unknown) => world.report(error))
}

function freezeTab(scene: Scene): void {
  const { chance } = scene.world
  const { browser } = pickFollower(scene) ?? {}
  // A device that sleeps freezes all of them, and its network is gone.
  const isAsleep = chance.happens(0.3)
  if (isAsleep) browser?.network.cut()
  for (const tab of browser?.tabs ?? []) if (isAsleep || chance.happens(0.5)) tab.freeze(chance.happens(0.5))
}

function thawTab(scene: Scene): void {
  for (const tab of pickFollower(scene)?.browser.tabs ?? []) {
    tab.thaw()
    tab.wake()
  }
}

function showTab(scene: Scene): void {
  const { chance } = scene.world
  chance.pick(pickFollower(scene)?.browser.tabs ?? [])?.show(chance.happens(0.6))
}

function failDisk(scene: Scene): void {
  pickFollower(scene)?.setFault(scene.world.chance.pick(DISK_FAULTS))
}

function evict(scene: Scene): void {
  const { record, studentRecord } = scene
  const follower = pickFollower(scene)
  if (follower === undefined) return
  for (const tab of follower.browser.tabs) tab.close()
  if ('person' in follower) record.noteEviction(follower)
  else studentRecord.noteEviction(follower)
  follower.evict()
}

function setClock(scene: Scene): void {
  const { chance } = scene.world
  pickFollower(scene)?.browser.setClock(chance.between(-YEARS_OFF_MS, YEARS_OFF_MS))
}

function failDatabase({ world: { chance }, machines }: Scene): void {
  machines.database.health = chance.pick(['busy', 'full', 'away'] as const) ?? 'busy'
}

function syncInBackground({ world: { chance }, devices }: Scene): void {
  const device = chance.pick(devices.filter(({ browser }) => browser.isSyncWanted && browser.network.isUp))
  void device?.syncInBackground()
}

function backUp({ database }: Scene, state: State): void {
  if (state.isRestored) return
  state.isBackedUp = true
  database.backUp()
}

async function restore({ world, database, record, processes, start }: Scene, state: State): Promise<void> {
  if (!state.isBackedUp || state.isRestored) return
  state.isRestored = true
  for (const process of processes) process?.kill()
  record.noteRestore()
  database.restore()
  world.witness.noteRestored()
  for (const place of processes.keys()) await start(place)
}

/** Whoever is connected is connected to another database, with what had come so far. */
function failOver({ world, machines, database, record }: Scene, state: State): void {
  if (!state.isBackedUp || state.isRestored) return
  state.isRestored = true
  record.noteRestore()
  database.restore()
  machines.database.name = 'the replica'
  world.witness.noteRestored()
}
