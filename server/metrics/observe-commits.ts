import { Histogram, type Registry } from 'prom-client'
import type { ObserveBatch } from '../log/group-commit.ts'
import { SECONDS } from './observe-store.ts'

/** How many commands a transaction takes at once, and how long it takes. */
export function createCommitObserver(registry: Registry): ObserveBatch {
  const registers = [registry]
  const sizes = new Histogram({
    name: 'chatbox_group_commit_commands',
    help: 'Commands that one transaction of the campus log took together.',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
    registers,
  })
  const seconds = new Histogram({
    name: 'chatbox_group_commit_duration_seconds',
    help: 'From when a batch of the campus log was taken until it was on disk, with what had to be tried again.',
    buckets: SECONDS,
    registers,
  })
  return (commands) => {
    const began = performance.now()
    sizes.observe(commands)
    return () => seconds.observe((performance.now() - began) / 1_000)
  }
}
