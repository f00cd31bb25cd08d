import { startCampus, syncCampus } from '../../client/sync/campus.ts'
import { createApi } from '../../client/sync/api.ts'
import { enqueueStaff } from '../../client/sync/classroom/staff-outbox.ts'
import { loadHistory } from '../../client/sync/history.ts'
import { leadInTurn, lockName } from '../../client/sync/leader.ts'
import type { Fetch } from '../../client/sync/request.ts'
import type { Upload } from '../../client/sync/database.ts'
import { followUploads } from '../../client/sync/files/follow-uploads.ts'
import { uploadAll } from '../../client/sync/files/uploader.ts'
import type { Engine } from '../../client/sync/log/engine.ts'
import type { StaffCommand } from '../../shared/classroom/commands.ts'
import type { Command, CommandOf } from '../../shared/protocol/commands.ts'
import { createLeftOutRecord } from './campus/left-out.ts'
import { createBrowser, type Browser, type Tab } from './browser.ts'
import { createDesks, type Desks } from './desks.ts'
import { slowDown } from './disks.ts'
import { createFilesDisk, createUploadPart, keepChosen, type ChosenFile, type FilesDisk } from './files/device-files.ts'
import { createClassroomDisk, type ClassroomDisk } from './memory-classroom.ts'
import { createDisk, createMemoryStore, enqueueOn, type Disk } from './memory-store.ts'
import { createNetwork } from './network.ts'
import type { ServerProcess } from './process.ts'
import type { World } from './world.ts'

/** Messages missed, after which a device takes itself for far behind. */
const FAR_BEHIND = 4

/** One device of one account: what it stored stays, tabs of the app come and go. Which classrooms it staffs, it knows. */
export interface Device {
  readonly person: Person
  readonly browser: Browser
  readonly disk: Disk
  readonly desks: ReadonlyMap<string, ClassroomDisk>
  openTab(): void
  /** Says what it needs of the server once more, in whichever tab leads. */
  wake(): void
  /** Where the server ended the session, whoever uses the device signs in again; that may fail as any request does. */
  signIn(): Promise<void>
  /** Stores commands to be sent. False where the store takes none: then whoever wrote still has what they wrote. */
  enqueue(commands: readonly Command[]): boolean
  /** The same of a message with files, of which these are its own. */
  enqueueFiles(command: CommandOf<'message.send'>, files: readonly ChosenFile[]): boolean
  /** Somebody pauses uploads, goes on with them or takes them back, and with them entries of the outbox. */
  change(uploads: readonly Upload[], dropped?: readonly number[]): boolean
  /** The same at the desk of a classroom; staff see for themselves what became of it. */
  enqueueAtDesk(classroomId: string, command: StaffCommand): void
  loadHistory(conversationId: string, before: number): Promise<unknown>
  /** What the browser does by itself when it was asked to flush the outbox; throws when the server was not reached. */
  syncInBackground(): Promise<void>
  /** What it was not sent while it was far behind, and lacks now; in sentences. */
  checkLeftOut(): string[]
  /** The browser throws away what it stored. No tab may be open. */
  evict(): void
  /** Lets every write to the store fail, or none any more. */
  setFault(fault: string | undefined): void
}

export interface Person {
  readonly userId: string
  readonly handle: string
}

export function createDevice(world: World, person: Person, findProcess: () => ServerProcess | undefined): Device {
  const { userId, handle } = person
  const network = createNetwork(world, findProcess, userId)
  const browser = createBrowser(world, network)
  const engines = new Set<Engine>()
  const { planted, witness } = world
  let disk = openDisk()
  let files = openFiles()
  let desks = openDesks()
  const leftOut = createLeftOutRecord()

  function openDisk(): Disk {
    const opened = createDisk()
    slowDown(world, opened.journal)
    witness.watch(userId, opened)
    return opened
  }

  function openFiles(): FilesDisk {
    const opened = createFilesDisk()
    slowDown(world, opened.journal)
    return opened
  }

  function openDesks(): Desks {
    return createDesks(world, userId, () => {
      const opened = createClassroomDisk()
      slowDown(world, opened.journal)
      return opened
    })
  }

  const storeOf = (tab: Tab) => {
    const mine = disk
    const store = createMemoryStore(mine, () => tab.isOn() && mine === disk, tab.whenThawed)
    return planted.campusStore?.(store, mine, world) ?? store
  }
  const openApi = (fetch: Fetch) =>
    leftOut.watch(world.faults.far ? createApi(fetch, userId, FAR_BEHIND) : createApi(fetch, userId))
  /** While it is on, the engine is woken with the others. */
  const run = (engine: Engine) => {
    engines.add(engine)
    return () => {
      engines.delete(engine)
      engine.stop().catch((error: unknown) => world.report(error))
    }
  }

  function lead(tab: Tab): () => void {
    const { environment } = tab
    const onError = (error: unknown) => environment.onError(error)
    const api = openApi(environment.fetch)
    const whenLive = new Set<() => void>()
    const mine = storeOf(tab)
    const store: typeof mine = {
      ...mine,
      async setConnection(state) {
        await mine.setConnection(state)
        if (state.kind === 'live') whenLive.forEach((listener) => listener())
      },
    }
    const stopCampus = run(startCampus({ environment, store, api, me: userId, onError }))
    const stopUploads = world.faults.files ? leadUploads(tab, store, whenLive) : () => undefined
    const stopDesks = desks.lead(tab, run)
    return () => {
      stopUploads()
      stopCampus()
      stopDesks()
    }
  }

  function leadUploads(tab: Tab, store: ReturnType<typeof storeOf>, whenLive: Set<() => void>): () => void {
    const part = createUploadPart(tab, userId, store, files, world.chance)
    const uploads = followUploads({
      ...{ environment: tab.environment, store },
      load: async () => (over) => uploadAll(part, over),
      onLive(listener) {
        whenLive.add(listener)
        return () => whenLive.delete(listener)
      },
    })
    return uploads.stop
  }

  return {
    person,
    browser,
    get disk() {
      return disk
    },
    get desks() {
      return desks.disks
    },
    openTab() {
      const tab = browser.openTab()
      const { environment } = tab
      leadInTurn(
        environment,
        lockName(userId),
        () => lead(tab),
        (error) => environment.onError(error),
      )
    },
    checkLeftOut: () => leftOut.check(disk, userId),
    wake: () => browser.tabs.forEach((tab) => tab.wake()),
    async signIn() {
      const [tab] = browser.tabs.filter((one) => !one.isFrozen())
      if (tab === undefined) return
      const answer = await createApi(tab.environment.fetch).signIn({ handle, password: 'a password' })
      if (answer.kind === 'ok') engines.forEach((engine) => engine.wake())
    },
    enqueue(commands) {
      try {
        const written = planted.enqueue?.(commands, disk, world) ?? commands
        enqueueOn(disk, written, browser.now())
        return true
      } catch {
        return planted.isStoredAlways === true
      }
    },
    enqueueFiles(command, chosen) {
      try {
        keepChosen(disk, files, { conversationId: command.conversationId, messageId: command.id }, chosen)
        enqueueOn(disk, [command], browser.now())
        return true
      } catch {
        return false
      }
    },
    change(uploads, dropped = []) {
      if (disk.journal.fault !== undefined) return false
      void disk.uploads.bulkPut(uploads)
      void disk.outbox.bulkDelete([...dropped])
      disk.listeners.forEach((listener) => listener())
      return true
    },
    enqueueAtDesk(classroomId, command) {
      const [tab] = browser.tabs.filter((one) => !one.isFrozen())
      const desk = desks.disks.get(classroomId)
      if (tab === undefined || desk === undefined) return
      enqueueStaff(desks.storageOf(tab, desk), command).catch((error: unknown) => tab.environment.onError(error))
    },
    async loadHistory(conversationId, before) {
      const [tab] = browser.tabs.filter((one) => !one.isFrozen())
      if (tab === undefined) return
      const place = { store: storeOf(tab), api: createApi(tab.environment.fetch, userId), me: userId }
      await loadHistory(place, conversationId, before).catch((error: unknown) => tab.environment.onError(error))
    },
    async syncInBackground() {
      const worker = browser.openTab('worker')
      const { environment } = worker
      const over = new AbortController()
      try {
        await environment.locks.request(lockName(userId), { ifAvailable: true }, async (lock) => {
          if (lock === null) return
          const store = storeOf(worker)
          const api = openApi(environment.fetch)
          const sync = () => syncCampus({ store, api, me: userId, clock: environment.clock })
          let ending = await sync()
          if (ending === 'done' && disk.uploads.rows.size > 0) {
            const uploaded = await uploadAll(createUploadPart(worker, userId, store, files, world.chance), over.signal)
            ending = uploaded === 'done' ? await sync() : uploaded
          }
          browser.isSyncWanted = ending !== 'done'
        })
      } catch (error) {
        // A tab that took the lead does it better.
        if (!(error instanceof DOMException && error.name === 'AbortError')) environment.onError(error)
      } finally {
        over.abort()
        worker.close()
      }
    },
    evict() {
      disk = openDisk()
      files = openFiles()
      desks = openDesks()
    },
    setFault(fault) {
      for (const { journal } of [disk, files, ...desks.disks.values()]) journal.fault = fault
    },
  }
}
