import { Counter, type Registry } from 'prom-client'

/** Counts in plain numbers, which costs who is counted next to nothing; the registry's counter takes them when it is asked. */
export interface Tally {
  /** The values of the labels, in the order in which they were named. */
  add(values: readonly string[], amount?: number): void
}

const SEPARATOR = '\0'

export function createTally(
  registry: Registry,
  { name, help, labels = [] }: { name: string; help: string; labels?: readonly string[] },
): Tally {
  const amounts = new Map<string, number>()
  if (labels.length === 0) amounts.set('', 0)
  new Counter({
    ...{ name, help, labelNames: labels, registers: [registry] },
    collect() {
      this.reset()
      for (const [key, amount] of amounts) {
        const values = key.split(SEPARATOR)
        this.inc(Object.fromEntries(labels.map((label, place) => [label, values[place] ?? ''])), amount)
      }
    },
  })
  return {
    add(values, amount = 1) {
      const key = values.length === 1 ? (values[0] ?? '') : values.join(SEPARATOR)
      amounts.set(key, (amounts.get(key) ?? 0) + amount)
    },
  }
}
