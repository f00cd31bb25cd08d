import { afterEach, beforeEach, expect } from 'vitest'
import { startCampus } from '../../../client/sync/campus.ts'
import type { Engine } from '../../../client/sync/log/engine.ts'
import { CLOSE } from '../../../shared/protocol/errors.ts'
import { ann } from '../data/example.ts'
import { createScript, unreachable, type Script } from './script.ts'

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
