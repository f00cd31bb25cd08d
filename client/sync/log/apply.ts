import { goBackTo } from './begin-anew.ts'
import type { Change, ClientKind, KindTypes, PulledPage, RowTable } from './kind.ts'
import {
  findMissed,
  holdsAll,
  isElsewhere,
  isSamePosition,
  mayLackRowsAhead,
  moveTo,
  withRowsAhead,
} from './move-position.ts'
import type { DevicePosition } from './position.ts'

/*
 * Apply: rows and the new position, in one transaction, or nothing.
 *
 *   a page of a pull, asked for from elsewhere  →  nothing is applied: `old` if we are past it, else a `gap`
 *   a frame that starts elsewhere               →  likewise
 *   from is 0                                   →  a first pull begins: what was here gives way to it
 *   what the page left out                      →  it is noted, to be filled behind; what is held there may have changed
 *                                                  since, and goes
 *   a row                                       →  it replaces the row of its key, unless that is newer
 *   the cursor reached `seq`, and the head      →  the outbox entry accepted there has its rows here, and goes. While a
 *                                                  pull has more pages they may have changed since, and come later
 *   another lineage than ever before            →  first, what was accepted waits again: that `seq` may be of commits that are
 *                                                  gone, though this device never came so far. Had a page of
 *                                                  history come from there, everything is pulled afresh: a `gap`; what this
 *                                                  person did that was lost with it is offered again. Unless it came from
 *                                                  this very lineage
 *   the newest version, after an older server    →  a `gap`: that one left out rows of newer kinds, so all that it sent is
 *                                                  pulled once more
 *
 * Applying twice changes nothing, so two tabs that lead for a moment do no harm: whichever is second finds the
 * position moved. A first pull stays at cursor 0 over many pages, and that of a device far behind where it began, so
 * these pages are told apart by the `next` that they answer: a page that arrives late, from a tab that lost the lead, must not put older rows over newer ones.
 */

export type Applied = 'applied' | 'old' | 'gap'

type Applying<Types extends KindTypes> = Pick<
  ClientKind<Types>,
  'applyRows' | 'clearRows' | 'offerAccepted' | 'prepareOffers'
>

/** Applies a page if this device still stands where it was asked for; says whether it did. */
export async function applyPage<Types extends KindTypes>(
  tables: Types['tables'],
  kind: Applying<Types>,
  asked: DevicePosition,
  page: PulledPage<Types['row']>,
): Promise<Applied> {
  const position = await tables.getPosition()
  if (!isSamePosition(position, asked) || page.from !== position.cursor) return isPast(position, page)
  return apply(tables, kind, position, page, page.to < page.head)
}

/** Applies a live frame if it starts where this device stands; after a `gap` the caller pulls. */
export async function applyFrame<Types extends KindTypes>(
  tables: Types['tables'],
  kind: Applying<Types>,
  frame: Change<Types['row']>,
): Promise<Applied> {
  const position = await tables.getPosition()
  // Before the first pull has ended nothing comes live.
  if (position.cursor === 0 || frame.from !== position.cursor) return isPast(position, frame)
  return apply(tables, kind, position, frame, false)
}

function isPast({ cursor }: DevicePosition, { to }: { to: number }): 'old' | 'gap' {
  return cursor > 0 && to <= cursor ? 'old' : 'gap'
}

async function apply<Types extends KindTypes>(
  tables: Types['tables'],
  kind: Applying<Types>,
  position: DevicePosition,
  change: Change<Types['row']>,
  behind: boolean,
): Promise<'applied' | 'gap'> {
  const { lineage, from, to, next, rows, holes = [] } = change
  const isFirst = from === 0
  const beginsAnew = isFirst && position.next === null
  const isNew = isElsewhere(position, lineage)
  if (isNew && !beginsAnew && mayLackRowsAhead(position, lineage)) {
    await goBackTo<Types>(tables, kind, lineage.start)
    return 'gap'
  }
  const missed = findMissed(position, change)
  if (missed !== undefined && !beginsAnew) {
    await tables.setPosition(missed)
    return 'gap'
  }
  if (beginsAnew) await kind.clearRows(tables)
  await kind.applyRows(tables, rows, isFirst, holes)
  if (isNew) await kind.offerAccepted(tables)
  const moved = moveTo(position, change, { cursor: to, next, behind })
  // Of a device far behind, what a page brings was read later than the position to which all of them lead.
  const reached = isFirst ? moved : withRowsAhead(moved, lineage.id, listSeqs(rows))
  await removeArrived(tables.outbox, reached)
  await tables.setPosition(reached)
  return 'applied'
}

function listSeqs(rows: readonly { seq: number }[]): number[] {
  return rows.map(({ seq }) => seq)
}

async function removeArrived(
  outbox: Pick<RowTable<KindTypes['entry'], number>, 'toArray' | 'bulkDelete'>,
  reached: DevicePosition,
): Promise<void> {
  const entries = await outbox.toArray()
  const arrived = entries.filter(({ state }) => state.kind === 'accepted' && holdsAll(reached, state.seq ?? Infinity))
  if (arrived.length > 0) await outbox.bulkDelete(arrived.map(({ position }) => position))
}
