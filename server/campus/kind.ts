import { refusal } from '../../shared/protocol/errors.ts'
import type { LogKind, UnitOfWork } from '../log/kind.ts'
import type { LogTables } from '../log/log-tables.ts'
import type { Store } from '../store/store.ts'
import { createBatch, type LoadedBatch } from './batch.ts'
import { createNeeds } from './needs.ts'
import { loadChanges } from './changes.ts'
import { isFarBehind, isFarStep, loadFarPage } from './far-pull.ts'
import { loadFirstPage } from './first-pull.ts'
import { type AskedRecords, askRecords } from './ask-records.ts'
import { PAGE_LIMITS, PEOPLE_ON_DEVICES_MAX, type PageLimits } from './page-limits.ts'
import { loadNextPage } from './pull-page.ts'
import type { Gathering } from './receipt-gatherer.ts'
import { toRowKey } from './row-key.ts'
import type { Rules } from './rules.ts'
import type { Campus } from './types.ts'
import { loadView, type View } from './view.ts'
import { toStatements } from './write-batch.ts'

export const CAMPUS_TABLES: LogTables = { log: 'log', lineage: 'ended_lineage', command: 'command' }

export type CampusKind = LogKind<Campus, View, PageLimits>

/** The campus: one log of everybody with an account, of their conversations, and of what is each one's own. */
export function createCampusKind(
  store: Pick<Store, 'toInserts' | 'toUpserts'>,
  rules: Rules,
  /** Hears of each conversation with receipts to be published. */
  onUnpublished: (conversation: Gathering) => void = () => undefined,
  peopleOnDevicesMax: number = PEOPLE_ON_DEVICES_MAX,
): CampusKind {
  return {
    tables: CAMPUS_TABLES,
    begin: (_log, now) => beginUnit(store, rules, createBatch(now, peopleOnDevicesMax), onUnpublished),
    toKeptTime: (now) => now,
    refuse: refusal,
    openView: (db, log, { userId }) => loadView(db, log, userId),
    async loadPage(db, _log, view, { userId }, { cursor, next, far }, limits = PAGE_LIMITS) {
      if (cursor === 0) return loadFirstPage(db, view, userId, next, limits)
      // Who does not say so knows no holes.
      const isFar = far !== undefined && (isFarStep(next) || (await isFarBehind(db, view, cursor, far)))
      return isFar
        ? loadFarPage(db, view, userId, { cursor, next }, limits)
        : loadNextPage(db, view, userId, cursor, limits)
    },
    toRowKey,
    loadChanges: (db, _log, from, limit) => loadChanges(db, from, limit),
  }
}

function beginUnit(
  store: Pick<Store, 'toInserts' | 'toUpserts'>,
  rules: Rules,
  state: LoadedBatch,
  onUnpublished: (conversation: Gathering) => void,
): UnitOfWork<Campus> {
  const needs = createNeeds()
  let asked: AskedRecords | undefined
  return {
    need: ({ userId, command }) => rules.needs(needs, userId, command),
    ask(db) {
      asked = askRecords(db, needs)
      return asked.statements
    },
    async load(_db, answers) {
      if (asked === undefined) throw new Error('a batch is loaded before anything was asked for')
      state.load(asked.toRecords(answers))
    },
    decide: ({ userId, command }) => rules.decide(state, userId, command),
    async write(db, from) {
      const stamped = state.stamp(from)
      return {
        head: stamped.head,
        rows: stamped.rows,
        statements: toStatements(store, db, stamped),
        onCommitted: () => stamped.unpublished.forEach(onUnpublished),
      }
    },
  }
}
