import { systemClock } from '../../../shared/clock.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import { createSessions } from '../../accounts/sessions.ts'
import { writeAudited } from '../../audit/audit.ts'
import { createClassroomKind } from '../../classroom/kind.ts'
import { leaveClassrooms } from '../../classroom/leave-classrooms.ts'
import { classroomChannel, toDeleted } from '../../classroom/types.ts'
import { erase } from '../../commands/submit.ts'
import { releaseFiles } from '../../files/release-files.ts'
import { createSequencer } from '../../log/sequencer.ts'
import { createErasures } from '../../own-data/erase.ts'
import { withCampus } from './campus.ts'
import type { AdminContext } from './command.ts'

/**
 * Deletes somebody's account as they can themselves, with a row in the audit log. Once it resolves all of it is gone but what was on
 * its way from a device at this moment: that a server deletes a minute later.
 */
export async function deletePerson(
  context: AdminContext,
  userId: string,
  messages: 'keep' | 'remove',
): Promise<Refusal | undefined> {
  const { store, now, tell } = context
  return withCampus(context, async ({ sequencer, bus }) => {
    const onError = (error: unknown) => tell(error instanceof Error ? error.message : String(error))
    const classrooms = createSequencer({
      ...{ store, kind: createClassroomKind(store), now, onError: (error: unknown) => (onError(error), 'see above') },
      publish: (committed) => bus.publish(classroomChannel, committed),
    })
    const erasures = createErasures({
      ...{ store, clock: systemClock, onError },
      endSessions: createSessions(store, bus, now, async () => 0).erase,
      submit: (id, commands) => erase(sequencer, id, commands),
      leaveClassrooms: (id, withAnswers) =>
        leaveClassrooms(
          {
            ...{ store, sequencer: classrooms, releaseFiles: (ids) => releaseFiles({ store }, ids) },
            announceDeleted: (log) => bus.publish(classroomChannel, toDeleted(log)),
          },
          id,
          withAnswers,
        ),
    })
    try {
      const refused = await erasures.erase(userId, messages)
      if (refused !== undefined) return refused
      await erasures.idle()
      const actor = { id: null, via: 'command-line' } as const
      const entry = {
        actor,
        act: 'person.delete',
        subject: { kind: 'person', id: userId },
        detail: { messages },
      } as const
      await writeAudited(store, now(), async () => ({ answer: undefined, entries: [entry] }))
      return undefined
    } finally {
      await erasures.close()
      await classrooms.close()
    }
  })
}
