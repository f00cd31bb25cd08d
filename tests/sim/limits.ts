import type { Buckets } from '../../server/limits/buckets.ts'
import { createCallers } from '../../server/limits/callers.ts'
import { createLimits, type Limits } from '../../server/limits/limits.ts'
import { NO_LIMITS } from '../../server/limits/no-limits.ts'
import type { Store } from '../../server/store/store.ts'
import type { LimitSetting, LimitValue } from '../../shared/operate/limits.ts'
import type { World } from './world.ts'

/** So tight that everybody is slowed down again and again: five times as many at once. */
const TIGHT: Partial<Record<LimitSetting, LimitValue>> = {
  'limits.messages': 2,
  'limits.messages.newcomer': 2,
  'limits.reactions': 2,
  'limits.reactions.newcomer': 2,
}

/** The limits of one process, over what all of them count together, which takes a while. A process of before knows none. */
export function createSimLimits(
  { faults, scheduler, chance, isRough, report }: World,
  process: { store: Store; now: () => number; isOld: boolean; isOn: () => boolean },
  buckets: Buckets,
): Limits {
  const { store, now, isOld, isOn } = process
  if (!faults.limits || isOld) return NO_LIMITS
  /** A while, after which the process may be dead. */
  const pause = () =>
    new Promise<void>((resolve) => {
      if (isRough()) scheduler.after(chance.between(0, 30), () => isOn() && resolve())
      else resolve()
    })
  return createLimits({
    buckets: {
      async take(requests) {
        await pause()
        return buckets.take(requests)
      },
      giveBack: buckets.giveBack,
    },
    callers: createCallers(store, now),
    getValue: (setting) => TIGHT[setting] ?? 'off',
    findSlowSeconds: () => 0,
    ...{ now, onError: report },
  })
}
