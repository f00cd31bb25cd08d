import type { Observable } from 'dexie'
import { ARRANGEMENT_BEGIN, toArrangementId } from '../../../shared/arrangement-id.ts'
import { toArrangement, type Arrangement } from '../conversations/arrangement.ts'
import { expiringQuery, findEarliest } from '../expiring-query.ts'
import { combine } from '../../sync/observable.ts'
import { entriesOf } from '../outbox/pending.ts'
import type { Session } from '../session.ts'
import type { StaffedView } from './views.ts'
import { watchClassrooms } from './watch-classrooms.ts'

/** A classroom that one staffs, as it stands in one's list. */
export interface ArrangedClassroom extends StaffedView, Arrangement {
  /** What it is called where it is arranged. */
  arrangementId: string
}

export function watchArrangedClassrooms(session: Session): Observable<ArrangedClassroom[]> {
  const { account, serverClock } = session
  return combine(watchClassrooms(account, serverClock), watchArrangements(session), (classrooms, arrangementOf) =>
    classrooms.map((classroom) => {
      const arrangementId = toArrangementId(classroom.id)
      return { ...classroom, ...arrangementOf(arrangementId), arrangementId }
    }),
  )
}

function watchArrangements({ db, serverClock }: Session): Observable<(arrangementId: string) => Arrangement> {
  return expiringQuery(serverClock, async () => {
    const settings = await db.settings.where('conversationId').startsWith(ARRANGEMENT_BEGIN).toArray()
    const waiting = entriesOf(await db.outbox.orderBy('position').toArray(), 'conversation.set')
    const now = serverClock.now()
    const held = new Map(settings.map((setting) => [setting.conversationId, setting]))
    const until = [...settings, ...waiting.map(({ command }) => command)].map(({ mutedUntil }) => mutedUntil ?? null)
    return {
      value: (id) => {
        const entries = waiting.filter(({ command }) => command.conversationId === id)
        // Of questions no number is kept there: what is archived stays so until it is taken out.
        return toArrangement({ setting: held.get(id), entries, lastN: 0, now })
      },
      expiresAt: findEarliest(now, until),
    }
  })
}
