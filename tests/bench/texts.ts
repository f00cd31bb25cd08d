import { createRandom } from '../../server/ops/demo/random.ts'
import * as threads from '../../server/ops/demo/threads.ts'

/** Texts as people on a campus write them, the same in every run; how well they compress is that of such texts. */
export function createTexts(seed: number): () => string {
  const random = createRandom(seed)
  const { WORDS, ...subjects } = threads
  const lines = Object.values(subjects)
    .flat(2)
    .filter((line) => /^[A-Z][:>] /.test(line))
    .map((line) => line.slice(3))
  return () =>
    // With a number, for people do not say the very same thing again and again.
    `${random.pick(lines)} ${random.between(1, 9_999)}`.replaceAll(/\{(\w+)\}/g, (_, word: string) =>
      random.pick(WORDS[word] ?? [word]),
    )
}
