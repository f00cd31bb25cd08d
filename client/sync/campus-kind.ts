import { uuidv7 } from 'uuidv7'
import type { Clock } from '../../shared/clock.ts'
import { applyRows, clearRows } from './apply-rows.ts'
import type { ClientKind } from './log/kind.ts'
import { offerGroups } from './offer-groups.ts'
import { offerAccepted, prepareOffers } from './restore.ts'
import { settle } from './settle.ts'
import type { Campus } from './tables.ts'

/** The campus log on a device of `me`, a user id. */
export function createCampusKind(me: string, { now }: Pick<Clock, 'now'>): ClientKind<Campus> {
  return {
    applyRows: (tables, rows, isFirst, holes) => applyRows(tables, me, rows, isFirst, holes),
    clearRows,
    prepareOffers: (tables, start) => prepareOffers(tables, start, { me, now: now(), newId: uuidv7 }),
    offerAccepted: (tables) => offerAccepted(tables, now()),
    offerAgain: (tables) => offerGroups(tables, { me, now: now(), newId: uuidv7 }),
    settle: (tables, results) => settle(tables, results, { me, now: now(), newId: uuidv7 }),
    toEnding({ code, message }) {
      switch (code) {
        case 'not_signed_in':
          return 'signed-out'
        case 'protocol_version':
          return 'outdated'
        case 'account_deleted':
        case 'suspended':
          return { refused: code, ...(message !== undefined && { message }) }
        case 'internal':
        case 'unavailable':
          return 'unavailable'
        default:
          // Whatever else it is, it is no word on the commands or the rows.
          return 'unreachable'
      }
    },
  }
}
