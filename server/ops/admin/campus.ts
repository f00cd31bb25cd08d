import { setTimeout as wait } from 'node:timers/promises'
import { createMemoryBus } from '../../bus/memory.ts'
import type { Bus } from '../../bus/bus.ts'
import { createRedisBus } from '../../bus/redis.ts'
import { createCampusKind } from '../../campus/kind.ts'
import { campusChannel, type Campus } from '../../campus/types.ts'
import { campusRules } from '../../commands/rules.ts'
import { findHead } from '../../log/log-tables.ts'
import { createSequencer, type Sequencer } from '../../log/sequencer.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import type { AdminContext } from './command.ts'

/** What a command of the operator's changes the campus with. */
export interface AdminCampus {
  sequencer: Sequencer<Campus>
  bus: Bus
}

const CONNECTED_WITHIN_MS = 2_000
const LOOK_EVERY_MS = 20

/**
 * Runs `work` on the log of the campus, as a server process beside those that run. These hear of it over Redis at once; where there is none,
 * or it is away, with their next look at the log.
 */
export async function withCampus<Answer>(
  { store, config, now, tell }: AdminContext,
  work: (campus: AdminCampus) => Promise<Answer>,
): Promise<Answer> {
  const { redisUrl } = config
  const onError = (error: unknown) => tell(error instanceof Error ? error.message : String(error))
  const kind = createCampusKind(store, campusRules)
  const campusId = (await findHead(store.db, kind.tables, CAMPUS_LOG))?.epoch ?? ''
  const bus = redisUrl === undefined ? createMemoryBus() : createRedisBus(redisUrl, `chatbox:${campusId}`, onError)
  const sequencer = createSequencer<Campus>({
    ...{ store, kind, now, onError: (error) => (onError(error), 'see above') },
    publish: (committed) => bus.publish(campusChannel, committed),
  })
  try {
    for (let waited = 0; !bus.isThere() && waited < CONNECTED_WITHIN_MS; waited += LOOK_EVERY_MS)
      await wait(LOOK_EVERY_MS)
    return await work({ sequencer, bus })
  } finally {
    await sequencer.close()
    await bus.close()
  }
}
