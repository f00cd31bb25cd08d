import { staysBehind } from '../../shared/protocol/order.ts'
import type { Command } from '../../shared/protocol/commands.ts'

/*
 * What was slowed down on one connection, in the order in which it came. A client sends on before it hears that something was
 * slowed down, and by the time that arrives the bucket may hold enough again: it must not overtake. So what has to stay behind
 * something in the line is slowed down too, until that has come again.
 */
export interface Line {
  /**
   * Until when a command has to wait that could go after `waitMs`; 0 when it may go. `stepMs` is how long the next like it
   * waits after the one before, so that those who wait come one after the other and not all at once.
   */
  judge(command: Command, waitMs: number, stepMs: number, now: number): number
  /** How much was slowed down and has not come again. */
  readonly length: number
  /** Resolves when everything that came on this connection before was judged. */
  last: Promise<unknown>
  /** Resolves when everything that came on this connection before may go, or may not, whoever was asked. */
  answered: Promise<unknown>
  /** Something that came on it was lost: what is still to be judged must not overtake it. */
  isBroken: boolean
}

/** What does not come again, as where somebody gave it up, holds nothing for longer. A client of before version 6 tries again after a minute. */
const FORGOTTEN_AFTER_MS = 2 * 60_000
/** A client has so many unanswered at a time; what it goes on sending all the same is not remembered. */
const LENGTH_MAX = 400

interface Entry {
  command: Command
  until: number
}

export function createLine(): Line {
  let entries: Entry[] = []
  return {
    last: Promise.resolve(),
    answered: Promise.resolve(),
    isBroken: false,
    get length() {
      return entries.length
    },
    judge(command, waitMs, stepMs, now) {
      const isForgotten = ({ until }: Entry) => now >= until + FORGOTTEN_AFTER_MS
      // One that is forgotten keeps its place, should it come all the same, as long as others are there.
      if (entries.every(isForgotten)) entries = []
      else if (entries.length >= LENGTH_MAX) entries = entries.filter((entry) => !isForgotten(entry))
      const place = entries.findIndex((entry) => entry.command.id === command.id)
      const ahead = place < 0 ? entries : entries.slice(0, place)
      const blockers = ahead.filter((entry) => !isForgotten(entry) && staysBehind(command, entry.command))
      if (waitMs === 0 && blockers.length === 0) {
        if (place >= 0) entries.splice(place, 1)
        return 0
      }
      const until = Math.max(now + waitMs, ...blockers.map((entry) => Math.max(now, entry.until) + stepMs))
      if (place >= 0) entries[place] = { command, until }
      else if (entries.length < LENGTH_MAX) entries.push({ command, until })
      return until
    },
  }
}
