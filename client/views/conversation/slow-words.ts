import { countWords } from '../../data/count-words.ts'
import { toDayAndClock } from '../../ui/time.ts'
import { toSpanWords } from '../group/posting-words.ts'

const COUNTED_MS = 100_000

/** When one may write again in slow mode, or how often, in a sentence. `nextAt` and `now` are of the same clock. */
export function toSlowWords(nextAt: number, slowSeconds: number, now: number): string {
  const left = nextAt - now
  if (left <= 0) return `Slow mode: a message in ${toSpanWords(slowSeconds)}.`
  const when =
    left < COUNTED_MS ? `in ${countWords(Math.ceil(left / 1000), 'second')}` : `at ${toDayAndClock(nextAt, now)}`
  return `Slow mode: you can write again ${when}. What you send before waits until then.`
}
