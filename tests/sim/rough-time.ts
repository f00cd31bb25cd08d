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
import { findWaiting, sendFiles } from './files/actions.ts'
import type { FilesRecord } from './files/record.ts'
import { checkCarried } from './files/sweep.ts'
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
  filesRecord: FilesRecord
  userIds: string[]
  processes: (ServerProcess | undefined)[]
  start(place: number): Promise<void>
}

interface State {
  isBackedUp: boolean
  isRestored: boolean
  isSweeping: boolean
  /** What the tables name, and the home had no more when the log went back. */
  lostContent: Set<string>
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
  { weight: 90, fault: 'files', happen: sendSomeFiles },
  { weight: 6, fault: 'files', happen: pauseFile },
  { weight: 8, fault: 'files', happen: goOnWithFiles },
  { weight: 5, fault: 'files', happen: takeBackFiles },
  { weight: 6, fault: 'files', happen: sweep },
  { weight: 8, fault: 'crowd', happen: register },
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

export async function liveRoughly(events: number, scene: Scene): Promise<Omit<State, 'isSweeping'>> {
  const { scheduler, chance, faults } = scene.world
  const possible = HAPPENINGS.filter(({ fault }) => fault === undefined || faults[fault])
  const total = possible.reduce((sum, { weight }) => sum + weight, 0)
  const state: State = { isBackedUp: false, isRestored: false, isSweeping: false, lostContent: new Set() }
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
  const commands = act(world.chance, device, userIds, world.faults.contacts)
  if (!device.enqueue(commands)) return
  record.note(device, commands)
  for (const command of commands) scrollTo(scene, command)
}

/** One more is there, who may be written to, added and mentioned. */
function register({ world: { chance, report }, processes, userIds }: Scene): void {
  const process = chance.pick(processes.filter((one) => one?.isOn() === true))
  const userId = chance.id()
  void process
    ?.register({ userId, handle: `newcomer-${userId.slice(9, 13)}` })
    .then(() => userIds.push(userId))
    .catch(report)
}

/** Wherever a message, or what hangs on it, is about to change, somebody scrolls up to it: the page may come after the news. */
function scrollTo({ devices }: Scene, command: Command): void {
  if (!('messageId' in command)) return
  for (const { disk, loadHistory } of devices) {
    const row = disk.messages.rows.get(command.messageId)
    if (row !== undefined && disk.connection.kind === 'live') void loadHistory(row.conversationId, row.n + 1)
  }
}

function sendSomeFiles({ world, devices, record, filesRecord }: Scene): void {
  const device = world.chance.pick(devices)
  const sent = device && sendFiles(world.chance, device)
  if (device === undefined || sent === undefined || !device.enqueueFiles(sent.command, sent.files)) return
  record.note(device, [sent.command])
  const carrying = sent.command.files?.[0]?.from?.messageId
  const carried = carrying === undefined ? [] : (device.disk.messages.rows.get(carrying)?.files ?? [])
  filesRecord.note(sent.command.id, [...carried.map(({ name }) => ({ name })), ...sent.files])
}

function pauseFile({ world: { chance }, devices }: Scene): void {
  const device = chance.pick(devices)
  const waiting = device && findWaiting(chance, device)
  if (waiting !== undefined) device?.change([{ ...waiting.upload, state: { kind: 'paused' } }])
}

function goOnWithFiles({ world: { chance }, devices }: Scene): void {
  const device = chance.pick(devices)
  const paused = [...(device?.disk.uploads.rows.values() ?? [])].filter(({ state }) => state.kind === 'paused')
  device?.change(paused.map((upload) => ({ ...upload, state: { kind: 'waiting' } })))
}

/** A message that waits for its files is taken back with them. */
function takeBackFiles({ world: { chance }, devices, record }: Scene): void {
  const device = chance.pick(devices)
  const waiting = device && findWaiting(chance, device)
  if (device === undefined || waiting === undefined) return
  const { entry } = waiting
  const uploads = [...device.disk.uploads.rows.values()].filter(({ messageId }) => messageId === entry.id)
  const isGone = device.change(
    uploads.map((upload) => ({ ...upload, messageId: upload.id })),
    [entry.position],
  )
  if (isGone) record.noteDropped(entry.id)
}

/** Whatever was not asked about for so long goes, also what somebody is at. */
function sweep({ world, machines, database, processes }: Scene, state: State): void {
  const process = world.chance.pick(processes.filter((one) => one?.isOn() === true))
  if (process === undefined || state.isSweeping) return
  state.isSweeping = true
  process.onKilled(() => (state.isSweeping = false))
  void process
    .sweep(world.chance.pick([0, 0, 2, 40]) ?? 0)
    .then(() => world.witness.files.noteSwept(checkCarried(database, machines.home, state.lostContent)))
    .catch((error: unknown) => world.report(error))
    .finally(() => (state.isSweeping = false))
}

/** The log went back, and perhaps not what files hold. */
function noteLostContent({ machines, database }: Scene, { lostContent }: State): void {
  for (const { id } of database.all<{ id: string }>('select id from file_content')) {
    if (machines.home.bytesOf('content', id) === undefined) lostContent.add(id)
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

function backUp({ database, machines }: Scene, state: State): void {
  if (state.isRestored) return
  state.isBackedUp = true
  database.backUp()
  machines.home.backUp()
}

async function restore(scene: Scene, state: State): Promise<void> {
  const { world, machines, database, record, processes, start } = scene
  if (!state.isBackedUp || state.isRestored) return
  state.isRestored = true
  for (const process of processes) process?.kill()
  record.noteRestore()
  database.restore()
  if (world.faults.files) machines.home.restore(world.chance.pick(['is', 'then', 'lost'] as const) ?? 'is')
  noteLostContent(scene, state)
  world.witness.noteRestored()
  for (const place of processes.keys()) await start(place)
}

/** Whoever is connected is connected to another database, with what had come so far. */
function failOver(scene: Scene, state: State): void {
  const { world, machines, database, record } = scene
  // What is swept in one database is not there in the other one either.
  if (!state.isBackedUp || state.isRestored || state.isSweeping) return
  state.isRestored = true
  record.noteRestore()
  database.restore()
  machines.database.name = 'the replica'
  noteLostContent(scene, state)
  world.witness.noteRestored()
}
