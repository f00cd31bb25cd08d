import type { Experiment, Quantities } from './row.ts'

export type Pair = Readonly<Record<string, Quantities>>

/**
 * Measures every side once a pair. Each pair begins with another side, so that none is always the one that finds the
 * machine warm, or busy with what the one before it left.
 */
export async function runPairs(
  { sides }: Pick<Experiment, 'sides'>,
  count: number,
  onMeasured: (side: string, quantities: Quantities) => void = () => undefined,
): Promise<Pair[]> {
  const names = Object.keys(sides)
  const pairs: Pair[] = []
  for (let pair = 0; pair < count; pair += 1) {
    const first = pair % names.length
    const measured: Record<string, Quantities> = {}
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const quantities = (await sides[name]?.()) ?? {}
      measured[name] = quantities
      onMeasured(name, quantities)
    }
    pairs.push(measured)
  }
  return pairs
}
