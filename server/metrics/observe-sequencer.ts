import { Histogram, type Registry } from 'prom-client'
import type { Campus } from '../campus/types.ts'
import { isRefused } from '../log/group-commit.ts'
import type { KindTypes } from '../log/kind.ts'
import type { Sequencer } from '../log/sequencer.ts'
import { SECONDS } from './observe-store.ts'
import { createTally } from './tally.ts'

type Outcome = 'accepted' | 'refused' | 'failed'

/** A sequencer of which is told what became of each command; failed is what has to be sent again. */
export function watchCommands<Types extends KindTypes>(
  sequencer: Sequencer<Types>,
  onCommand: (entry: Types['entry'], outcome: Outcome, tookMs: number) => void,
): Sequencer<Types> {
  return {
    ...sequencer,
    async submit(log, entries) {
      const began = performance.now()
      const tell = (outcome: (place: number) => Outcome) => {
        const tookMs = performance.now() - began
        entries.forEach((entry, place) => onCommand(entry, outcome(place), tookMs))
      }
      try {
        const decisions = await sequencer.submit(log, entries)
        tell((place) => {
          const decision = decisions[place]
          return decision !== undefined && isRefused(decision) ? 'refused' : 'accepted'
        })
        return decisions
      } catch (error) {
        tell(() => 'failed')
        throw error
      }
    },
  }
}

export function createCommandObserver(registry: Registry): (sequencer: Sequencer<Campus>) => Sequencer<Campus> {
  const commands = createTally(registry, {
    name: 'chatbox_commands_total',
    help: 'Commands of the campus by what they ask for and what became of them; failed ones have to be sent again.',
    labels: ['command', 'outcome'],
  })
  const sends = new Histogram({
    name: 'chatbox_send_duration_seconds',
    help: 'From when a message reached this process until it was on disk and could be acknowledged.',
    buckets: SECONDS,
    registers: [registry],
  })
  return (sequencer) =>
    watchCommands(sequencer, ({ command: { type } }, outcome, tookMs) => {
      commands.add([type, outcome])
      if (type === 'message.send' && outcome === 'accepted') sends.observe(tookMs / 1_000)
    })
}
