import type { Bus } from '../../server/bus/bus.ts'
import type { World } from './world.ts'

/*
 * The bus between the processes: it delays each word, loses one and doubles another, and is away for a while. It
 * carries text, as Redis does, so nobody hears the objects of somebody else.
 */
export interface SimBus {
  /** The bus as one process has it, for as long as it lives. */
  connect(isOn: () => boolean): Bus
  /** Nobody hears anything, until it is back. */
  goAway(): void
  comeBack(): void
}

interface Ear {
  isOn(): boolean
  hear(word: unknown): void
}

export function createSimBus({ scheduler, chance, isRough }: World): SimBus {
  const ears = new Map<string, Set<Ear>>()
  const resumed = new Set<{ isOn(): boolean; call(): void }>()
  let isAway = false
  const countCopies = () => (!isRough() ? 1 : chance.happens(0.1) ? 0 : chance.happens(0.1) ? 2 : 1)
  return {
    goAway: () => (isAway = true),
    comeBack() {
      isAway = false
      for (const { isOn, call } of resumed) scheduler.after(chance.between(0, 400), () => isOn() && call())
    },
    connect(isOn) {
      return {
        publish(channel, word) {
          if (isAway) return
          const text = JSON.stringify(word)
          for (const ear of ears.get(channel.name) ?? []) {
            for (let copies = countCopies(); copies > 0; copies -= 1) {
              const delay = chance.between(0, isRough() ? 400 : 5)
              scheduler.after(delay, () => ear.isOn() && ear.hear(JSON.parse(text)))
            }
          }
        },
        listen(channel, listener) {
          const ear: Ear = { isOn, hear: (word) => listener(word as Parameters<typeof listener>[0]) }
          const listening = ears.get(channel.name) ?? new Set()
          ears.set(channel.name, listening.add(ear))
          return () => listening.delete(ear)
        },
        onResumed(call) {
          const entry = { isOn, call }
          resumed.add(entry)
          return () => resumed.delete(entry)
        },
        isShared: true,
        isThere: () => !isAway,
        close: async () => undefined,
      }
    },
  }
}
