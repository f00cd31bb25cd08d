import { uuidv7 } from 'uuidv7'
import { repeat, type Clock } from '../../shared/clock.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import type { Erase } from '../campus/command.ts'
import type { ErasureTable } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { eraseRecords, eraseWaysIn } from './erase-records.ts'
import { listErasedMessages, listErasedReactions } from './erased-rows.ts'

/*
 * Deleting an account. What others hold too goes by commands through the log, so that every device hears of it; the rest is
 * deleted from the tables. All of it can be done again: what a process that died left half done another one goes on with, and
 * what was still on its way from a device of theirs, and came after, goes with a second pass.
 */

export interface Erasures {
  /**
   * Deletes an account for good, with its messages or without. Once it resolves nobody is signed in to it, or can be, and the rest
   * goes on by itself, also in another process if this one ends. Refuses with `last_operator`, having changed nothing. Throws
   * `StoreUnavailable`, likewise.
   */
  erase(userId: string, messages: ErasureTable['messages']): Promise<Refusal | undefined>
  /** Goes on with what was begun a minute ago or earlier, and is done with it. */
  finish(): Promise<void>
  /** Resolves once nothing is under way. */
  idle(): Promise<void>
  /** Resolves soon, with nothing under way; what is left undone is gone on with after the next start. */
  close(): Promise<void>
}

export interface ErasureOptions {
  store: Store
  clock: Clock
  /** Gives commands as this person; what came of each, in order. */
  submit: (userId: string, commands: readonly Erase[]) => Promise<(Refusal | undefined)[]>
  /** Takes them out of the staff of classrooms, with their answers or without. */
  leaveClassrooms: (userId: string, withAnswers: boolean) => Promise<void>
  /** Ends all of their sessions, of which their devices are to learn why. */
  endSessions: (userId: string) => Promise<void>
  onError: (error: unknown) => void
}

const COMMANDS_AT_ONCE = 100
/** By then whatever was under way as it began has come in. */
export const SECOND_PASS_AFTER_MS = 60_000

export function createErasures(options: ErasureOptions): Erasures {
  const { store, clock, onError } = options
  const underWay = new Set<Promise<void>>()
  let isClosed = false

  /** In turns, so that whoever else writes has theirs between; stops when the server does. */
  async function submitAll(userId: string, commands: readonly Erase[]): Promise<void> {
    for (let from = 0; from < commands.length && !isClosed; from += COMMANDS_AT_ONCE) {
      await options.submit(userId, commands.slice(from, from + COMMANDS_AT_ONCE))
    }
  }

  /** The ways in first: what comes in by one meanwhile is ended with the others. */
  async function shut(userId: string): Promise<void> {
    await eraseWaysIn(store.db, userId)
    await options.endSessions(userId)
  }

  async function eraseAll(userId: string, messages: ErasureTable['messages']): Promise<void> {
    await shut(userId)
    const places = await listPlaces(store, userId)
    for (const conversationId of places) {
      const toCommands = (type: 'reaction.erase' | 'message.erase', ids: readonly string[]) =>
        ids.map((messageId) => ({ type, id: uuidv7(), conversationId, messageId }))
      const reactions = await listErasedReactions(store.db, conversationId, userId)
      await submitAll(userId, toCommands('reaction.erase', reactions))
      if (messages === 'keep') continue
      for await (const found of listErasedMessages(store.db, conversationId, userId)) {
        await submitAll(userId, toCommands('message.erase', found))
        if (isClosed) return
      }
    }
    await options.leaveClassrooms(userId, messages === 'remove')
    await submitAll(
      userId,
      places.map((conversationId) => ({ type: 'membership.erase', id: uuidv7(), conversationId })),
    )
    await eraseRecords(store.db, userId, messages)
  }

  async function finish(): Promise<void> {
    const begun = await store.db
      .selectFrom('erasure')
      .leftJoin('user', 'user.id', 'erasure.user_id')
      .select(['user_id', 'messages', 'former'])
      .where('begun_at', '<=', clock.now() - SECOND_PASS_AFTER_MS)
      .execute()
    for (const { user_id: userId, messages, former } of begun) {
      // Otherwise nothing had happened yet, and whoever asked for it heard that it failed.
      if (former === 1) await eraseAll(userId, messages)
      if (isClosed) return
      await store.db.deleteFrom('erasure').where('user_id', '=', userId).execute()
    }
  }

  function track(work: Promise<void>): void {
    const tracked = work.catch(onError).finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }

  const stop = repeat(clock, SECOND_PASS_AFTER_MS, () => track(finish()))

  return {
    async erase(userId, messages) {
      await store.upsert(store.db, 'erasure', ['user_id'], [{ user_id: userId, messages, begun_at: clock.now() }])
      const [refused] = await options.submit(userId, [{ type: 'user.erase', id: uuidv7() }])
      if (refused !== undefined) {
        await store.db.deleteFrom('erasure').where('user_id', '=', userId).execute()
        return refused
      }
      await shut(userId)
      track(eraseAll(userId, messages))
      return undefined
    },
    finish,
    async idle() {
      await Promise.all(underWay)
    },
    async close() {
      isClosed = true
      stop()
      await Promise.all(underWay)
    },
  }
}

/** Every conversation that they are in or were, and Everyone. */
async function listPlaces({ db }: Store, userId: string): Promise<string[]> {
  const rows = await db.selectFrom('member').select('conversation_id').where('user_id', '=', userId).execute()
  const everyone = await db.selectFrom('conversation').select('id').where('kind', '=', 'everyone').execute()
  return [...everyone.map(({ id }) => id), ...rows.map(({ conversation_id }) => conversation_id)]
}
