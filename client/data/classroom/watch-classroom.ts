import type { Observable } from 'dexie'
import type { ClassroomRow } from '../../../shared/classroom/rows.ts'
import { findIssuer } from '../../sync/classroom/held-key.ts'
import { findEarliest, expiringQuery } from '../expiring-query.ts'
import { listPending, pendingOf, type Pending } from './pending-commands.ts'
import { phaseAt } from './phase.ts'
import type { OpenedClassroom } from './opened-classroom.ts'
import type { ClassroomView } from './views.ts'

/** The classroom itself, as staff left it on this device; undefined before anything is known of it. */
export function watchClassroom({
  db,
  environment: { serverClock },
}: OpenedClassroom): Observable<ClassroomView | undefined> {
  return expiringQuery(serverClock, async () => {
    const [held, desk, issuer, entries] = await Promise.all([
      db.classroom.toCollection().first(),
      db.desk.toCollection().first(),
      findIssuer(db),
      db.outbox.toArray(),
    ])
    if (held === undefined) return { value: undefined, expiresAt: null }
    const pending = listPending(entries)
    const row = withSettings(held, pending)
    const { type: _, seq: __, ...rest } = row
    const now = serverClock.now()
    const words = pendingOf(pending, 'classroom.set').findLast(({ command }) => command.words !== undefined)
    const view: ClassroomView = {
      ...rest,
      words: words?.command.words ?? desk?.words ?? null,
      groupId: desk?.groupId ?? null,
      phase: phaseAt(row, now),
      threadsOpen: row.threadsUntil === null || now < row.threadsUntil,
      keyHash: issuer?.issuer === row.issuer ? issuer.keyHash : null,
    }
    return { value: view, expiresAt: findEarliest(now, [row.opensAt, row.endsAt, row.threadsUntil]) }
  })
}

/** What staff set on this device and what the projector is to show, before the server says so. */
export function withSettings(held: ClassroomRow, pending: readonly Pending[]): ClassroomRow {
  let row = held
  for (const { command } of pending) {
    if (command.type === 'focus.set') {
      row = { ...row, focusQuestionId: command.questionId, focusPollId: command.pollId }
    }
    if (command.type !== 'classroom.set') continue
    const { type: _, id: __, words: ___, ...settings } = command
    const given = Object.entries(settings).filter(([, value]) => value !== undefined)
    row = { ...row, ...(Object.fromEntries(given) as Partial<ClassroomRow>) }
  }
  return row
}
