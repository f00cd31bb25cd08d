import type { Store } from '../store/store.ts'
import type { KindTypes, LogKind, Page, PullFrom } from './kind.ts'
import { isOf } from './lineage.ts'
import { listEndedLineages, type FoundHead, type LogHead } from './log-tables.ts'

export interface PullInput extends PullFrom {
  /** The lineage in which the cursor was given; empty without one. */
  lineage: string
}

/** `reset`: the client stands in another history than the log's, and pulls afresh from 0. `lineages` is up to where the log has which. */
export type PullOutcome<Types extends KindTypes> =
  | { kind: 'page'; page: Page<Types['row']> & LogHead }
  | { kind: 'reset'; head: LogHead; lineages: { id: string; end: number }[] }
  | { kind: 'refused'; refusal: Types['refusal'] }

/**
 * Pull: all rows of a log that a reader may see with seq > cursor, each once, at its latest state.
 *
 * One snapshot of the database answers a page, its head read first. A page ends at the seq of its last
 * row, so the next one goes on there; what changes meanwhile gets a greater seq and comes then.
 */
export async function pull<Types extends KindTypes, View extends FoundHead, Limits>(
  store: Pick<Store, 'read'>,
  kind: LogKind<Types, View, Limits>,
  log: string,
  reader: Types['reader'],
  { lineage, ...from }: PullInput,
  limits?: Limits,
): Promise<PullOutcome<Types>> {
  return store.read(async (db) => {
    const view = await kind.openView(db, log, reader)
    if (view === undefined) return { kind: 'refused', refusal: kind.refuse('not_found') }
    const { epoch, lineage: current, floor, head } = view
    const at = { lineage, cursor: from.cursor }
    // Asked for only where it matters: most stand in the lineage that is written now.
    const isThere = isOf({ current, head, ended: new Map() }, at)
    const hasMissed = from.cursor > 0 && from.cursor < floor
    const ended = isThere ? [] : await listEndedLineages(db, kind.tables, log)
    if (
      hasMissed ||
      (!isThere && !isOf({ current, head, ended: new Map(ended.map(({ id, end }) => [id, end])) }, at))
    ) {
      return {
        kind: 'reset',
        head: { epoch, lineage: current, head },
        lineages: [{ id: current.id, end: head }, ...ended],
      }
    }
    const page = await kind.loadPage(db, log, view, reader, from, limits)
    if ('refused' in page) return { kind: 'refused', refusal: page.refused }
    return { kind: 'page', page: { epoch, lineage: current, head, ...page } }
  })
}

/** Whether a page brings anything, or more follows: if not, a held request waits. */
export function hasNews(page: Page<unknown> & { head: number }): boolean {
  return page.to > page.from || page.next !== null || page.to < page.head || page.from === 0
}
