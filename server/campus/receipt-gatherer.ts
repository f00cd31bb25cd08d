import { repeat, type Clock } from '../../shared/clock.ts'

/*
 * When what gathered of a conversation is published: soon after the first receipt, and then again, with all that came
 * meanwhile, not before an interval has passed that grows with the conversation.
 *
 *     receipts     •  • •• • •        •  • •
 *     published       ■             ■        ■
 *                  ◀─▶◀────────────▶◀──────▶
 *                 soon   interval     interval
 *
 * Receipts are in the database. So those that a process left unpublished, because it was killed, or never heard that they
 * were stored, are found there and published by whichever process looks next.
 */

/** A conversation of which something is unpublished. */
export interface Gathering {
  id: string
  member_count: number
}

export interface ReceiptGatherer {
  note(conversation: Gathering): void
  /** Looks for what is unpublished that nobody noted here, now and then again and again. */
  begin(): Promise<void>
  /** Publishes everything that is noted. */
  close(): Promise<void>
}

const SOON_MS_PER_MEMBER = 20
const INTERVAL_MS_MIN = 1_000
const INTERVAL_MS_PER_MEMBER = 100
const RETRY_MS = 5_000
const LOOK_EVERY_MS = 30_000

export function createReceiptGatherer(options: {
  clock: Clock
  publish(conversationId: string): Promise<unknown>
  listUnpublished(): Promise<Gathering[]>
  onError(error: unknown): void
}): ReceiptGatherer {
  const { clock } = options
  const waiting = new Map<string, { conversation: Gathering; cancel: () => void }>()
  /** Until when nothing more of a conversation is published, the first to end at the front as far as they are of one size. */
  const restUntil = new Map<string, number>()
  let isClosed = false
  let stopLooking: () => void = () => undefined

  function wait(conversation: Gathering, ms: number): void {
    const cancel = clock.after(ms, () => void publish(conversation))
    waiting.set(conversation.id, { conversation, cancel })
  }

  async function publish(conversation: Gathering): Promise<void> {
    const { id, member_count } = conversation
    waiting.delete(id)
    restUntil.set(id, clock.now() + Math.max(INTERVAL_MS_MIN, member_count * INTERVAL_MS_PER_MEMBER))
    try {
      await options.publish(id)
    } catch (error) {
      options.onError(error)
      if (!isClosed && !waiting.has(id)) wait(conversation, RETRY_MS)
    }
  }

  function note(conversation: Gathering): void {
    if (waiting.has(conversation.id) || isClosed) return
    const now = clock.now()
    for (const [id, until] of restUntil) if (until <= now) restUntil.delete(id)
    const soon = conversation.member_count * SOON_MS_PER_MEMBER
    wait(conversation, Math.max(soon, (restUntil.get(conversation.id) ?? 0) - now))
  }

  async function look(): Promise<void> {
    for (const conversation of await options.listUnpublished()) note(conversation)
  }

  return {
    note,
    async begin() {
      await look()
      stopLooking = repeat(clock, LOOK_EVERY_MS, () => look().catch(options.onError))
    },
    async close() {
      isClosed = true
      stopLooking()
      const last = [...waiting.values()]
      for (const { cancel } of last) cancel()
      await Promise.all(last.map(({ conversation }) => publish(conversation)))
    },
  }
}
