import type { Store } from '../store/store.ts'
import type { KindTypes, LogKind, Page, PullFrom } from './kind.ts'
import type { LogHead } from './log-tables.ts'

export interface PullInput extends PullFrom {
  /** Empty for a client without one. */
  epoch: string
}

/** `reset`: the client stands in another log than this one, and pulls afresh from 0. `start` is up to where both agree. */
export type PullOutcome<Types extends KindTypes> =
  | { kind: 'page'; page: Page<Types['row']> & Pick<LogHead, 'epoch' | 'head'> }
  | { kind: 'reset'; code: 'epoch_changed' | 'cursor_ahead'; epoch: string; start: number }
  | { kind: 'refused'; refusal: Types['refusal'] }

/**
 * Pull: all rows of a log that a reader may see with seq > cursor, each once, at its latest state.
 *
 * One snapshot of the database answers a page, its head read first. A page ends at the seq of its last
 * row, so the next one goes on there; what changes meanwhile gets a greater seq and comes then.
 */
export async function pull<Types extends KindTypes, View extends LogHead, Limits>(
  store: Pick<Store, 'read'>,
  kind: LogKind<Types, View, Limits>,
  log: string,
  reader: Types['reader'],
  { epoch, ...from }: PullInput,
  limits?: Limits,
): Promise<PullOutcome<Types>> {
  return store.read(async (db) => {
    const view = await kind.openView(db, log, reader)
    if (view === undefined) return { kind: 'refused', refusal: kind.refuse('not_found') }
    if (epoch !== '' && epoch !== view.epoch) {
      return { kind: 'reset', code: 'epoch_changed', epoch: view.epoch, start: view.epochStart }
    }
    if (from.cursor > view.head) {
      return { kind: 'reset', code: 'cursor_ahead', epoch: view.epoch, start: view.head }
    }
    const page = await kind.loadPage(db, log, view, reader, from, limits)
    if ('refused' in page) return { kind: 'refused', refusal: page.refused }
    return { kind: 'page', page: { epoch: view.epoch, head: view.head, ...page } }
  })
}

/** Whether a page brings anything, or more follows: if not, a held request waits. */
export function hasNews(page: Page<unknown> & { head: number }): boolean {
  return page.to > page.from || page.next !== null || page.to < page.head || page.from === 0
}
