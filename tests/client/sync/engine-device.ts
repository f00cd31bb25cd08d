import { afterEach, beforeEach, expect } from 'vitest'
import { startCampus } from '../../../client/sync/campus.ts'
import type { Engine } from '../../../client/sync/log/engine.ts'
import { CLOSE } from '../../../shared/protocol/errors.ts'
import { PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../../shared/protocol/version.ts'
import { ann } from '../data/example.ts'
import { createScript, live, page, refuse, unreachable, welcome, type Script } from './script.ts'

/** A device with the engine of the campus, anew for each test; after each nothing of it is left running. */
export interface EngineDevice {
  readonly script: Script
  readonly engine: Engine | undefined
  /** How often the browser was asked for a sync in the background. */
  readonly syncsAsked: number
  /** With 0.5, waits are 250, 500, 1000 … up to 15,000 ms. */
  chance: number
  start(change?: { openSocket?: () => never }): void
  wake(): void
  /** A process of the version before: it ends the newest hello, and takes the one after it. */
  meetOlder(): Promise<void>
  /** Starts it, and takes it to where it is live. */
  beLive(): Promise<void>
  /** The same where no socket opens, but requests come through. */
  bePolling(): Promise<void>
  /** The same where neither version that this app speaks is understood, over a socket or else. */
  beOutdated(): Promise<void>
}

export function createEngineDevice(): EngineDevice {
  let script = createScript()
  let engine: Engine | undefined
  let wakers = new Set<() => void>()
  let syncsAsked = 0

  const device: EngineDevice = {
    get script() {
      return script
    },
    get engine() {
      return engine
    },
    get syncsAsked() {
      return syncsAsked
    },
    chance: 0.5,
    start(change = {}) {
      const { clock, openSocket, store, api, onError } = script
      engine = startCampus({
        environment: {
          clock,
          openSocket: change.openSocket ?? openSocket,
          random: () => device.chance,
          onWake(listener) {
            wakers.add(listener)
            return () => wakers.delete(listener)
          },
          requestBackgroundSync: () => (syncsAsked += 1),
        },
        ...{ store, api, me: ann, onError },
      })
    },
    wake: () => wakers.forEach((listener) => listener()),
    async meetOlder() {
      await script.accept()
      await script.drop(CLOSE.protocolVersion)
      await script.accept()
    },
    async beLive() {
      device.start()
      await script.take()
      await script.accept()
      await script.down(welcome(), live)
      await script.take()
    },
    async bePolling() {
      device.start()
      await script.take()
      await script.drop()
      await script.answer(page({ from: 10, to: 10 }))
      expect(await script.take()).toEqual(['close', 'pull l1 10', '[live]', 'pull l1 10 and wait'])
    },
    async beOutdated() {
      device.start()
      await script.take()
      await script.drop(CLOSE.protocolVersion)
      for (let version = PROTOCOL_VERSION - 1; version >= PROTOCOL_VERSION_MIN; version -= 1) {
        await script.accept()
        expect(await script.take()).toEqual(['close', 'open', 'hello l1 10'])
        await script.drop(CLOSE.protocolVersion)
      }
      await script.answer(refuse('protocol_version'))
    },
  }

  beforeEach(() => {
    script = createScript()
    script.at('l1', 10)
    engine = undefined
    wakers = new Set()
    syncsAsked = 0
    device.chance = 0.5
  })
  afterEach(async () => {
    const stopped = engine?.stop()
    for (let asked = 0; asked < 5; asked += 1) await script.answer(unreachable).catch(() => undefined)
    await stopped
    await script.take()
    expect(script.clock.waiting(), 'timers left behind').toBe(0)
    expect(wakers.size, 'listeners left behind').toBe(0)
    expect(script.disk.listeners.size, 'listeners left behind').toBe(0)
  })
  return device
}
