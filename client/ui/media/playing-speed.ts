import { keep, readKept } from '../kept.ts'

const SPEEDS = [1, 1.5, 2] as const
const KEY = 'playing speed'

export type PlayingSpeed = (typeof SPEEDS)[number]

/** As somebody last chose it on this device. */
export function readSpeed(): PlayingSpeed {
  const kept = Number(readKept('device', KEY))
  return SPEEDS.find((speed) => speed === kept) ?? 1
}

/** The next one, from the fastest on to the first; it is kept. */
export function changeSpeed(from: PlayingSpeed): PlayingSpeed {
  const next = SPEEDS[(SPEEDS.indexOf(from) + 1) % SPEEDS.length] ?? 1
  keep('device', KEY, String(next))
  return next
}
