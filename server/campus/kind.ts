import { refusal } from '../../shared/protocol/errors.ts'
import type { LogKind, UnitOfWork } from '../log/kind.ts'
import type { LogTables } from '../log/log-tables.ts'
import type { Store } from '../store/store.ts'
import { createBatch } from './batch.ts'
import { createNeeds } from './needs.ts'
import { loadChanges } from './changes.ts'
import { loadFirstPage } from './first-pull.ts'
import { loadRecords } from './load-records.ts'
import { PAGE_LIMITS, type PageLimits } from './page-limits.ts'
import { loadNextPage } from './pull-page.ts'
import type { Gathering } from './receipt-gatherer.ts'
import { toRowKey } from './row-key.ts'
import type { Rules } from './rules.ts'
import type { Campus } from './types.ts'
import { loadView, type View } from './view.ts'
import { writeBatch } from './write-batch.ts'

export const CAMPUS_TABLES: LogTables = { log: 'log', lineage: 'ended_lineage', command: 'command' }

export type CampusKind = LogKind<Campus, View, PageLimits>

/** The campus: one log of everybody with an account, of their conversations, and of what is each one's own. */
export function createCampusKind(
  store: Pick<Store, 'upsert'>,
  rules: Rules,
  /** Hears of each conversation with receipts to be published. */
  onUnpublished: (conversation: Gathering) => void = () => undefined,
): CampusKind {
  return {
    tables: CAMPUS_TABLES,
    begin: (_log, now) => beginUnit(store, rules, now, onUnpublished),
    toKeptTime: (now) => now,
    refuse: refusal,
    openView: (db, log, { userId }) => loadView(db, log, userId),
    loadPage: (db, _log, view, { userId }, { cursor, next }, limits = PAGE_LIMITS) =>
      cursor === 0
        ? loadFirstPage(db, view, userId, next, limits)
        : loadNextPage(db, view, userId, cursor, limits.rows),
    toRowKey,
    loadChanges: (db, _log, from, limit) => loadChanges(db, from, limit),
  }
}

function beginUnit(
  store: Pick<Store, 'upsert'>,
  rules: Rules,
  now: number,
  onUnpublished: (conversation: Gathering) => void,
): UnitOfWork<Campus> {
  const state = createBatch(now)
  const needs = createNeeds()
  return {
    need: ({ userId, command }) => rules.needs(needs, userId, command),
    async load(db) {
      state.load(await loadRecords(db, needs))
    },
    decide: ({ userId, command }) => rules.decide(state, userId, command),
    async write(db, from) {
      const stamped = state.stamp(from)
      await writeBatch(store, db, stamped)
      return { head: stamped.head, rows: stamped.rows, onCommitted: () => stamped.unpublished.forEach(onUnpublished) }
    },
  }
}
