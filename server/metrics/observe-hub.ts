import type { Registry } from 'prom-client'
import type { HubObserver } from '../live/hub.ts'
import { createTally } from './tally.ts'

/** How devices catch up: out of this process's memory, or by a pull. */
export function createHubObserver(registry: Registry): HubObserver {
  const resumes = createTally(registry, {
    name: 'chatbox_resumes_total',
    help: 'Devices and long polls that said where they stand: live were told what they missed from memory, behind have to pull.',
    labels: ['outcome'],
  })
  const putBehind = createTally(registry, {
    name: 'chatbox_put_behind_total',
    help: 'Devices that were live and have to pull: they did not drain, or what they may see changed.',
  })
  const gaps = createTally(registry, {
    name: 'chatbox_log_gaps_total',
    help: 'How often this process had to read from the log what the bus had not brought.',
  })
  const lost = createTally(registry, {
    name: 'chatbox_log_lost_total',
    help: 'How often too much was missed for that, or the log went back, and every device has to pull.',
  })
  return {
    onResumed: (outcome) => resumes.add([outcome]),
    onPutBehind: () => putBehind.add([]),
    onGap: () => gaps.add([]),
    onLost: () => lost.add([]),
  }
}
