import type { MessageRow } from '../../shared/protocol/rows.ts'
import type { LeftOut } from './log/kind.ts'
import type { ClientTables } from './tables.ts'

/*
 * Holes: what a device that was far behind was not sent, between what it held and the newest of a conversation.
 *
 *   n    held │        a hole         │ newest
 *             after ───────▶ before
 *             │      │◀ a page of history takes its numbers out, whoever asked for it
 *
 * Nothing is held in one but what was pinned or points somebody out, and what changed since (which alone makes a hole, of
 * one message, where the message itself was never here); each of these comes once more
 * with the page that fills the hole. A page that was read before the hole was opened fills nothing: what changed
 * between the two nobody would tell again.
 */

/** Drops what is held where a page left something out, for it may have changed, and notes that it is to be fetched. */
export async function openHoles(tables: ClientTables, opened: readonly LeftOut[]): Promise<void> {
  for (const { conversationId, after, before } of opened) {
    await tables.removeMessagesBetween(conversationId, after, before)
  }
  await noteHoles(tables, opened)
}

/** Notes what is to be fetched; a hole that meets another becomes one with it. */
export async function noteHoles(tables: ClientTables, opened: readonly LeftOut[]): Promise<void> {
  if (opened.length === 0) return
  let held: readonly LeftOut[] = await tables.holes.toArray()
  for (const hole of opened) {
    const { conversationId, after, before } = hole
    const joined = held.filter((one) => overlaps(one, conversationId, after, before))
    await tables.holes.bulkDelete(joined.map(keyOf))
    const all = [...joined, hole]
    const whole = {
      conversationId,
      after: Math.min(...all.map((one) => one.after)),
      before: Math.max(...all.map((one) => one.before)),
      seq: Math.max(...all.map((one) => one.seq)),
    }
    await tables.holes.bulkPut([whole])
    held = [...held.filter((one) => !joined.includes(one)), whole]
  }
}

/**
 * The hole around a message that was never here and came because it changed: it comes alone, without the reactions and
 * earlier texts that it had, and without what happened to the group beside it. Nothing else was left out, so a page of
 * whatever moment fills it: what changed since came, or comes, by the log.
 */
export function toBareHole({ conversationId, n }: MessageRow): LeftOut {
  return { conversationId, after: n - 1, before: n + 1, seq: 0 }
}

/** Takes a page of messages out of the holes in which it lies. */
export async function closeHoles(tables: ClientTables, page: readonly MessageRow[]): Promise<void> {
  const [first, last] = [page.at(0), page.at(-1)]
  if (first === undefined || last === undefined) return
  const filled = await findHoles(tables, page)
  if (filled.length === 0) return
  await tables.holes.bulkDelete(filled.map(keyOf))
  const left = filled.flatMap((hole) => [
    { ...hole, before: first.n },
    { ...hole, after: last.n },
  ])
  await tables.holes.bulkPut(left.filter(({ after, before }) => before > after + 1))
}

/** The holes in which a page of messages lies. */
export async function findHoles(tables: ClientTables, page: readonly MessageRow[]): Promise<LeftOut[]> {
  const [first, last] = [page.at(0), page.at(-1)]
  if (first === undefined || last === undefined) return []
  const held = await tables.holes.toArray()
  return held.filter((hole) => overlaps(hole, first.conversationId, first.n - 1, last.n + 1))
}

/** The hole to be filled next: the newest one of the conversation in which something was said last. */
export async function findNextHole(
  tables: ClientTables,
  passedOver: ReadonlySet<string>,
): Promise<LeftOut | undefined> {
  const held = (await tables.holes.toArray()).filter(({ conversationId }) => !passedOver.has(conversationId))
  const latest = await tables.latest.bulkGet(held.map(({ conversationId }) => conversationId))
  const saidAt = new Map(held.map((hole, index) => [hole, latest[index]?.sentAt ?? 0]))
  return held.sort((one, other) => (saidAt.get(other) ?? 0) - (saidAt.get(one) ?? 0) || other.before - one.before)[0]
}

/** Whether there is a number between both pairs. */
function overlaps(hole: LeftOut, conversationId: string, after: number, before: number): boolean {
  return hole.conversationId === conversationId && Math.max(hole.after, after) + 1 < Math.min(hole.before, before)
}

function keyOf({ conversationId, before }: LeftOut): [string, number] {
  return [conversationId, before]
}
