import { repeat, type Clock } from '../../shared/clock.ts'
import type { FileParts } from './parts.ts'
import { sweepFiles } from './sweep-files.ts'
import { type Strays, sweepHome } from './sweep-home.ts'

const FILES_EVERY_MS = 10 * 60_000
const HOME_EVERY_MS = 6 * 60 * 60_000

/**
 * Sweeps now, and again and again. Several processes may do so at once. The returned function ends it, and resolves when
 * nothing of it runs any more.
 */
export function startSweeping(parts: FileParts, clock: Clock): () => Promise<void> {
  let strays: Strays = new Set()
  let running = Promise.resolve()
  /** One after the other. */
  const run = (work: () => Promise<void>) => (running = running.then(work).catch(parts.onError))
  const files = () => run(() => sweepFiles(parts))
  const home = () =>
    run(async () => {
      strays = await sweepHome(parts, strays)
    })
  void files()
  void home()
  const stops = [repeat(clock, FILES_EVERY_MS, files), repeat(clock, HOME_EVERY_MS, home)]
  return () => {
    for (const stop of stops) stop()
    return running
  }
}
