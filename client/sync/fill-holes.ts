import type { Clock } from '../../shared/clock.ts'
import { HISTORY_PAGE_MAX } from '../../shared/protocol/limits.ts'
import { getMembership, keepPage, type HistoryOutcome, type HistorySource } from './history.ts'
import { findNextHole } from './holes.ts'
import type { LeftOut } from './log/kind.ts'

/*
 * Filling what was left out while a device was far behind, from the newest messages down:
 *
 *   everything is here up to the head ─▶ the conversation in which something was said last ─▶ page by page, each
 *                                        fetched while the one before is stored ─▶ the next conversation
 *
 * What was filled is noted with each page, so whoever leads next goes on where this one stopped.
 */

export interface HoleFiller {
  /** The server is there, and there may be something to fill. */
  begin(): void
  stop(): void
}

const TRY_AGAIN_MS = 10_000

/** Fills holes as long as there are any; `onFilled` hears of it when there was one, and is none any more. */
export function createHoleFiller(options: {
  clock: Clock
  source: HistorySource
  onFilled(): void
  onError(error: unknown): void
}): HoleFiller {
  const { clock, source } = options
  let isAtIt = false
  let stopped = false
  let cancel: () => void = () => undefined

  async function fill(): Promise<void> {
    let filled = false
    const passedOver = new Set<string>()
    for (;;) {
      const hole = await source.store.transact((tables) => findNextHole(tables, passedOver))
      if (stopped || hole === undefined) break
      const outcome = await fillHole(source, hole, () => stopped)
      if (outcome === 'loaded') filled = true
      // Another conversation may be had all the same, and this one by whoever comes next.
      else passedOver.add(hole.conversationId)
    }
    if (filled && !stopped) options.onFilled()
    if (passedOver.size > 0 && !stopped) cancel = clock.after(TRY_AGAIN_MS, begin)
  }

  function begin(): void {
    if (isAtIt || stopped) return
    isAtIt = true
    cancel()
    fill()
      .catch(options.onError)
      .finally(() => (isAtIt = false))
  }

  return {
    begin,
    stop() {
      stopped = true
      cancel()
    },
  }
}

async function fillHole(source: HistorySource, hole: LeftOut, isOver: () => boolean): Promise<HistoryOutcome> {
  const { conversationId, after } = hole
  const { store, api, me } = source
  const asked = await store.transact((tables) => getMembership(tables, conversationId, me))
  const ask = (before: number) => {
    const limit = Math.min(HISTORY_PAGE_MAX, before - after - 1)
    return api.history({ conversation: conversationId, before, limit })
  }
  let asking = ask(hole.before)
  for (;;) {
    const answer = await asking
    if (isOver()) return 'offline'
    const first = answer.kind === 'ok' ? answer.value.rows.find((row) => row.type === 'message')?.n : undefined
    // Fetched while this one is stored.
    const following = first === undefined || first <= after + 1 ? undefined : ask(first)
    const outcome = await keepPage(source, conversationId, asked, answer)
    if (outcome !== 'loaded' || following === undefined) return first === undefined ? 'refused' : outcome
    asking = following
  }
}
