/** Numbers that follow from a seed (mulberry32). */
export interface Chance {
  /** A whole number from `min` up to and with `max`. */
  between(min: number, max: number): number
  oneOf<Value>(values: readonly Value[]): Value
  often(part: number): boolean
}

export function createChance(seed: number): Chance {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    oneOf(values) {
      const value = values[Math.floor(next() * values.length)]
      if (value === undefined) throw new Error('there is nothing to choose from')
      return value
    },
    often: (part) => next() < part,
  }
}
