import type { CampusCommand } from '../../server/campus/command.ts'
import { campusRules } from '../../server/commands/rules.ts'
import { submitCommands } from '../../server/commands/submit.ts'
import type { Bus, BusListener, PublishedBatch } from '../../server/bus/bus.ts'
import { createHub, type Hub } from '../../server/live/hub.ts'
import { createSequencer } from '../../server/log/sequencer.ts'
import type { Store } from '../../server/store/store.ts'
import type { CommandResult } from '../../shared/protocol/results.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import type { Planted } from './planted.ts'
import type { Chance, Scheduler } from './scheduler.ts'

/*
 * The servers' side of a simulated campus: several processes over one database, and a bus between
 * them that delays, drops and doubles what it is told. A process can be killed at any event: what it
 * had under way is never answered, whether it was committed or not.
 */

/** One server process, from its start to its end; starting again makes another one. */
export interface ServerProcess {
  hub: Hub
  store: Store
  isOn(): boolean
  submit(userId: string, commands: readonly { id: string }[]): Promise<CommandResult[]>
  kill(): void
}

export interface World {
  scheduler: Scheduler
  chance: Chance
  planted: Planted | undefined
  /** Whether the network, the bus and the machines misbehave now. */
  isRough(): boolean
  errors: unknown[]
  /** Commands that a server once refused; sent again, since the answer was lost, they may be taken. */
  refused: Set<string>
  /** Hears of what was written, whether the process that wrote it lives to tell others or not. */
  onPublished(batch: PublishedBatch): void
}

export interface SimBus {
  connect(isOn: () => boolean): Bus
}

export function createSimBus({ scheduler, chance, isRough }: World): SimBus {
  const listeners = new Set<{ listener: BusListener; isOn: () => boolean }>()
  return {
    connect(isOn) {
      return {
        publishBatch(batch) {
          for (const { listener, isOn: hears } of listeners) {
            const times = isRough() && chance.happens(0.1) ? 0 : isRough() && chance.happens(0.1) ? 2 : 1
            for (let time = 0; time < times; time += 1) {
              scheduler.after(chance.between(0, isRough() ? 400 : 5), () => {
                if (hears()) listener.onBatch(batch)
              })
            }
          }
        },
        publishSessionsEnded: () => undefined,
        listen(listener) {
          const entry = { listener, isOn }
          listeners.add(entry)
          return () => listeners.delete(entry)
        },
        // What is only for now never touches the log.
        publishTyping: () => undefined,
        askPresence: () => undefined,
        publishPresence: () => undefined,
        listenToSignals: () => () => undefined,
        publishClassroomChange: () => undefined,
        publishDeviceCount: () => undefined,
        listenToClassrooms: () => () => undefined,
        close: async () => undefined,
      }
    },
  }
}

export async function startProcess(world: World, database: Store, simBus: SimBus): Promise<ServerProcess> {
  const { scheduler, planted } = world
  let on = true
  const isOn = () => on
  const store = slowDown(world, database, isOn)
  const bus = simBus.connect(isOn)
  const onError = (error: unknown) => {
    world.errors.push(error)
    return 'simulated'
  }
  // A dead process hears nothing and its timers never fire.
  const clock = {
    now: () => scheduler.now(),
    after: (ms: number, work: () => void) => scheduler.after(ms, () => on && work()),
  }
  const sequencer = createSequencer<CampusCommand>({
    log: CAMPUS_LOG,
    store,
    bus: {
      publishBatch(batch) {
        world.onPublished(batch)
        if (on) bus.publishBatch(batch)
      },
    },
    rules: planted?.rules?.(campusRules, world) ?? campusRules,
    now: () => scheduler.now(),
    onError,
  })
  const hub = createHub({
    log: CAMPUS_LOG,
    // What the hub reads is small beside what a batch writes, and its order is the database's.
    store: database,
    bus: planted?.hubBus?.(bus) ?? bus,
    clock: planted?.hubClock?.(clock) ?? clock,
    onError,
  })
  await hub.start()
  const submit: ServerProcess['submit'] = async (userId, commands) => {
    const results = await submitCommands(sequencer, userId, commands)
    for (const { id, status } of results) if (status === 'refused') world.refused.add(id)
    return results
  }
  return {
    hub,
    store,
    isOn,
    submit: planted?.submit?.(submit, world) ?? submit,
    kill() {
      on = false
      hub.close()
    },
  }
}

/** Transactions begin when the scheduler says so, so that those of several processes mix; and their end can fall behind a kill. */
function slowDown({ scheduler, chance }: World, database: Store, isOn: () => boolean): Store {
  const slowly = <Answer>(work: () => Promise<Answer>): Promise<Answer> =>
    new Promise<Answer>((resolve, reject) => {
      scheduler.after(chance.between(0, 20), () => {
        if (!isOn()) return
        work().then(
          (answer) => scheduler.after(chance.between(0, 5), () => isOn() && resolve(answer)),
          (error: unknown) => {
            scheduler.after(0, () => {
              if (isOn()) reject(error instanceof Error ? error : new Error(String(error)))
            })
          },
        )
      })
    })
  return {
    ...database,
    read: (work) => slowly(() => database.read(work)),
    write: (work) => slowly(() => database.write(work)),
  }
}
