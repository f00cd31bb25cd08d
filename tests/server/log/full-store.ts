import { isHealthy } from '../../../server/ops/is-healthy.ts'
import { StoreUnavailable } from '../../../server/log/group-commit.ts'
import type { Store } from '../../../server/store/store.ts'
import type { CommandOf } from '../../../shared/protocol/commands.ts'
import { createCampus, send } from '../../support/campus.ts'
import { waitFor } from '../../support/wait-for.ts'

/** What lets a store take nothing any more, and then again. */
export interface Stopper {
  stop(): Promise<void>
  goOn(): Promise<void>
}

/** What became of all that two people said while the store took nothing for some time. */
export interface Outcome {
  refused: string[]
  /** How often each was sent away for now. */
  turnedAway: number[]
  health: { before: boolean; during: boolean; after: boolean }
  /** The messages as the log has them, in the order of `n`. */
  messages: { n: number; text: string | null }[]
}

const EACH = 1_000
const PER_REQUEST = 10
const REQUESTS_AT_ONCE = 5
const STOPS_AFTER = 500
const TURNED_AWAY = 5
const PAUSE_MS = 5

/** What somebody says, so that order shows; some of it long, so that there is not room for all of it. */
export const toText = (author: number, place: number) => `${author} says ${place} ${'so '.repeat((place % 20) * 10)}`

/** Two people have much to say. They send what was not accepted again, in order, as a device does. */
export async function talkWhileStopped(store: Store, { stop, goOn }: Stopper): Promise<Outcome> {
  const campus = createCampus({ store })
  const people = [await campus.register(), await campus.register()]
  const refused: string[] = []
  const turnedAway = people.map(() => 0)
  let accepted = 0

  async function talk(userId: string, author: number): Promise<void> {
    const waiting = Array.from({ length: EACH }, (_, place) => send(undefined, toText(author, place)))
    while (waiting.length > 0) {
      const requests = Array.from({ length: REQUESTS_AT_ONCE }, (_, index) =>
        waiting.slice(index * PER_REQUEST, (index + 1) * PER_REQUEST),
      )
      const answers = await Promise.all(requests.map((commands) => submit(userId, author, commands)))
      const taken = answers.flat()
      for (const id of taken)
        if (waiting.shift()?.id !== id) throw new Error('a later one was taken before an earlier one')
      accepted += taken.length
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }

  /** The ids of those that need not be sent again. */
  async function submit(userId: string, author: number, commands: CommandOf<'message.send'>[]): Promise<string[]> {
    try {
      const results = await campus.submit(userId, commands)
      for (const result of results) if (result.status === 'refused') refused.push(`${result.code}: ${result.message}`)
      return results.map(({ id }) => id)
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      turnedAway[author] = (turnedAway[author] ?? 0) + 1
      return []
    }
  }

  async function stopForAWhile(): Promise<Outcome['health']> {
    await waitFor('much that is said', () => (accepted >= STOPS_AFTER ? true : undefined))
    const before = await isHealthy(store)
    await stop()
    await waitFor('both to be turned away', () =>
      turnedAway.every((times) => times >= TURNED_AWAY) ? true : undefined,
    )
    const during = await isHealthy(store)
    await goOn()
    const after = await isHealthy(store)
    return { before, during, after }
  }

  const [health] = await Promise.all([stopForAWhile(), ...people.map(talk)])
  const messages = await store.db.selectFrom('message').select(['n', 'text']).orderBy('n').execute()
  return { refused, turnedAway, health, messages }
}
