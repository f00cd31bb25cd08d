import type { Clock } from '../../shared/clock.ts'
import type { Api } from './api.ts'
import type { ClientDatabase } from './database.ts'

/** At once, so that pictures never stand in the way of words. */
const AT_ONCE = 3
const RETRY_MS = 30_000

export interface PictureLoader {
  /** Fetches what of these people's pictures is not on this device yet. */
  want(users: readonly { pictureId: string | null }[]): void
  stop(): void
}

/**
 * Brings profile pictures to this device, each once, a few at a time and when nothing else is to be
 * done. What the network fails is tried again later for as long as anybody wants it; what the server
 * refuses is not there.
 */
export function createPictureLoader(options: {
  db: Pick<ClientDatabase, 'pictures'>
  api: Pick<Api, 'picture'>
  clock: Clock
  onError(error: unknown): void
}): PictureLoader {
  const { db, api, clock } = options
  /** Asked about already: under way, here, refused, or to be tried again. */
  const known = new Set<string>()
  const queue: string[] = []
  let running = 0
  let stopped = false
  let retry: string[] = []
  let cancelRetry: (() => void) | undefined

  async function take(id: string): Promise<void> {
    const answer = await api.picture(id)
    if (answer.kind === 'ok') await db.pictures.put({ id, bytes: answer.value })
    else if (answer.kind !== 'refused') tryLater(id)
  }

  function tryLater(id: string): void {
    retry.push(id)
    if (stopped) return
    cancelRetry ??= clock.after(RETRY_MS, () => {
      cancelRetry = undefined
      queue.push(...retry)
      retry = []
      run()
    })
  }

  function run(): void {
    while (!stopped && running < AT_ONCE) {
      const id = queue.shift()
      if (id === undefined) return
      running += 1
      void take(id)
        .catch(options.onError)
        .finally(() => {
          running -= 1
          run()
        })
    }
  }

  async function listMissing(ids: string[]): Promise<string[]> {
    const held = await db.pictures.where('id').anyOf(ids).primaryKeys()
    return ids.filter((id) => !held.includes(id))
  }

  return {
    want(users) {
      const ids = [...new Set(users.flatMap(({ pictureId }) => pictureId ?? []))].filter((id) => !known.has(id))
      if (ids.length === 0 || stopped) return
      for (const id of ids) known.add(id)
      listMissing(ids).then((missing) => {
        queue.push(...missing)
        run()
      }, options.onError)
    },
    stop() {
      stopped = true
      cancelRetry?.()
    },
  }
}
