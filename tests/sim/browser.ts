import type { ClientSocket, Environment } from '../../client/sync/environment.ts'
import { createFetch } from './http-wire.ts'
import { createLocks } from './locks.ts'
import type { WhenThawed } from './memory-store.ts'
import type { Network } from './network.ts'
import { openSocket } from './socket-wire.ts'
import type { World } from './world.ts'

/*
 * One browser on one device: its tabs share locks, channels, the network, the clock and what is stored. A tab is
 * closed or killed at any step, and frozen: then nothing of it runs, and what happened meanwhile comes when it thaws,
 * timers first. A service worker is a tab that nobody sees.
 */
export interface Browser {
  readonly network: Network
  /** Those that are open; a service worker is none of them. */
  readonly tabs: readonly Tab[]
  openTab(kind?: 'page' | 'worker'): Tab
  /** Sets the clock: so many milliseconds off. */
  setClock(offset: number): void
  now(): number
  /** The browser was asked to flush the outbox later. */
  isSyncWanted: boolean
}

export interface Tab {
  readonly environment: Environment
  readonly whenThawed: WhenThawed
  isOn(): boolean
  isFrozen(): boolean
  /** With a word of warning, as browsers do, or without, as phones do. */
  freeze(isWarned: boolean): void
  thaw(): void
  /** Gone at once, in the middle of whatever it did; what it stored stays. */
  close(): void
  /** The network is back, or somebody looks at it. */
  wake(): void
  show(isVisible: boolean): void
}

/** What a device's own store says when it takes nothing; whoever logs it has nothing to mend. */
const DISK_ERRORS = ['QuotaExceededError', 'UnknownError']

export function createBrowser(world: World, network: Network): Browser {
  const { scheduler, chance } = world
  const locks = createLocks()
  const channels = new Set<{ tab: object; name: string; hear(message: unknown): void }>()
  const fetchOver = createFetch(world, network)
  let tabs: Tab[] = []
  let clockOffset = 0
  const now = () => scheduler.now() + clockOffset

  function openTab(kind: 'page' | 'worker' = 'page'): Tab {
    const me = {}
    let on = true
    let frozen = false
    let visible = kind === 'page'
    const missed: (() => void)[] = []
    const waiting: (() => void)[] = []
    const wakers = new Set<() => void>()
    const freezers = new Set<() => void>()
    const sockets = new Set<ClientSocket>()
    const run = (work: () => void) => {
      if (!on) return
      if (frozen) missed.push(work)
      else work()
    }
    const listen = (listeners: Set<() => void>) => (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
    const environment: Environment = {
      clock: {
        now,
        // A tab's timers and those of its page all stand still while it is frozen.
        after: (ms, work) => scheduler.after(ms, () => on && (frozen ? missed.unshift(work) : work())),
      },
      serverClock: { now: scheduler.now, onCorrection: () => () => undefined },
      random: chance.next,
      fetch: (path, init) =>
        new Promise<Response>((resolve, reject) => {
          fetchOver(path, init).then(
            (response) => run(() => resolve(response)),
            (error: unknown) => run(() => reject(error instanceof Error ? error : new Error(String(error)))),
          )
        }),
      openSocket(events, path) {
        const socket = openSocket(
          world,
          network,
          {
            onOpen: () => run(() => events.onOpen()),
            onMessage: (text) => run(() => events.onMessage(text)),
            onClose: (code) => run(() => events.onClose(code)),
          },
          path,
        )
        sockets.add(socket)
        return {
          send: (text) => on && socket.send(text),
          close() {
            sockets.delete(socket)
            if (on) socket.close()
          },
        }
      },
      locks: locks.locksOf(me, run),
      openChannel(name, onMessage) {
        const mine = { tab: me, name, hear: (message: unknown) => run(() => onMessage(message)) }
        channels.add(mine)
        return {
          post(message) {
            for (const one of channels) {
              if (one !== mine && one.name === name) scheduler.after(chance.between(0, 3), () => one.hear(message))
            }
          },
          close: () => channels.delete(mine),
        }
      },
      isVisible: () => visible,
      onWake: listen(wakers),
      onFreeze: listen(freezers),
      isNetworkPoor: () => false,
      estimateFree: () => Promise.resolve(undefined),
      persistStorage: () => undefined,
      requestBackgroundSync: () => (browser.isSyncWanted = true),
      onError(error) {
        if (on && !(error instanceof DOMException && DISK_ERRORS.includes(error.name))) world.report(error)
      },
    }
    const tab: Tab = {
      environment: world.planted.environment?.(environment, world) ?? environment,
      whenThawed: () => (on && frozen ? new Promise((resolve) => waiting.push(resolve)) : undefined),
      isOn: () => on,
      isFrozen: () => frozen,
      freeze(isWarned) {
        if (!on || frozen) return
        if (isWarned) freezers.forEach((listener) => listener())
        frozen = true
      },
      thaw() {
        if (!on || !frozen) return
        frozen = false
        for (const work of missed.splice(0)) scheduler.after(0, () => run(work))
        for (const resolve of waiting.splice(0)) resolve()
      },
      close() {
        if (!on) return
        on = false
        tabs = tabs.filter((one) => one !== tab)
        for (const channel of channels) if (channel.tab === me) channels.delete(channel)
        // The system closes what a process had open, if it is still running.
        if (chance.happens(0.7)) for (const socket of sockets) socket.close()
        locks.drop(me)
      },
      wake: () => run(() => wakers.forEach((listener) => listener())),
      show(isVisible) {
        visible = isVisible
        if (isVisible) tab.wake()
      },
    }
    if (kind === 'page') tabs.push(tab)
    return tab
  }

  const browser: Browser = {
    network,
    get tabs() {
      return tabs
    },
    openTab,
    setClock: (offset) => (clockOffset = offset),
    now,
    isSyncWanted: false,
  }
  return browser
}
