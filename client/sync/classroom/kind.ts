import type { Clock } from '../../../shared/clock.ts'
import type { ClientKind } from '../log/kind.ts'
import { offerAccepted, offerAgain, prepareOffers } from './restore.ts'
import { applyRows, clearRows } from './rows.ts'
import { settleStaff } from './staff-outbox.ts'
import type { Classroom } from './tables.ts'

/** A classroom's log on a device, a student's as well as a desk. */
export function createClassroomKind({ now }: Pick<Clock, 'now'>): ClientKind<Classroom> {
  return {
    ...{ applyRows, clearRows, prepareOffers, offerAccepted, offerAgain },
    settle: (tables, results) => settleStaff(tables, results, now()),
    toEnding({ code }) {
      switch (code) {
        case 'not_signed_in':
          return 'signed-out'
        case 'protocol_version':
          return 'outdated'
        case 'not_found':
        case 'only_staff':
          return { refused: code }
        case 'internal':
        case 'unavailable':
          return 'unavailable'
        default:
          return 'unreachable'
      }
    },
  }
}
