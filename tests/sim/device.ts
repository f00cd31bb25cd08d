import { startEngine, type Engine } from '../../client/sync/engine.ts'
import { loadHistory } from '../../client/sync/history.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import type { ServerProcess, World } from './campus.ts'
import { createDisk, createMemoryStore, enqueueOn, type Disk } from './memory-store.ts'
import { createWire } from './network.ts'
import type { Command } from '../../shared/protocol/commands.ts'

/** One device of one user: a disk that stays, an app that comes and goes, and a wire. */
export interface Device {
  userId: string
  disk: Disk
  isAppOn(): boolean
  startApp(): void
  /** The app is gone at once, in the middle of whatever it did; what it stored stays. */
  killApp(): void
  cut(): void
  mend(): void
  /** Ends the session, as another device or its expiry does. */
  expireSession(): void
  signIn(): void
  enqueue(commands: readonly Command[]): void
  loadHistory(conversationId: string, before: number): Promise<unknown>
}

export function createDevice(world: World, userId: string, findServer: () => ServerProcess | undefined): Device {
  const { scheduler, chance } = world
  const disk = createDisk(CAMPUS_LOG)
  const sessionId = chance.id()
  let signedIn = true
  let engine: Engine | undefined
  let turnOff: () => void = () => undefined
  const wire = createWire(world, { userId, sessionId, disk, isSignedIn: () => signedIn, findServer })

  function openStore(isOn: () => boolean) {
    const store = createMemoryStore(disk, isOn)
    return world.planted?.clientStore?.(store, disk, world, isOn) ?? store
  }

  return {
    userId,
    disk,
    isAppOn: () => engine !== undefined,
    startApp() {
      if (engine !== undefined) return
      let on = true
      const store = openStore(() => on)
      engine = startEngine({
        environment: {
          clock: { now: scheduler.now, after: (ms, work) => scheduler.after(ms, () => on && work()) },
          random: chance.next,
          openSocket: (events) =>
            wire.openSocket({
              onOpen: () => on && events.onOpen(),
              onText: (text) => on && events.onText(text),
              onClose: (code) => on && events.onClose(code),
            }),
          onWake: () => () => undefined,
          requestBackgroundSync: () => undefined,
        },
        store,
        api: wire.api,
        me: userId,
        log: CAMPUS_LOG,
        onError: (error) => world.errors.push(error),
      })
      turnOff = () => (on = false)
    },
    killApp() {
      turnOff()
      disk.listeners.clear()
      engine = undefined
    },
    cut: wire.cut,
    mend: wire.mend,
    expireSession: () => void (signedIn = false),
    signIn() {
      signedIn = true
      engine?.wake()
    },
    enqueue: (commands) => enqueueOn(disk, commands, scheduler.now()),
    loadHistory: (conversationId, before) =>
      loadHistory({ store: openStore(() => true), api: wire.api, me: userId }, conversationId, before),
  }
}
