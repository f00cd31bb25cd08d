import type { Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import type { ClassroomOutboxEntry } from '../../sync/classroom/database.ts'
import { textOf } from '../../sync/classroom/unsent-texts.ts'
import { countWords } from '../count-words.ts'
import type { OpenedClassroom } from './opened-classroom.ts'
import type { RefusedView } from './views.ts'

type CommandType = ClassroomOutboxEntry['command']['type']

/** What the server refused on this device, with its reasons; each stays until it is tried again or discarded. */
export function watchRefused({ db }: OpenedClassroom): Observable<RefusedView[]> {
  return liveQuery(async () => {
    const entries = await db.outbox.orderBy('position').toArray()
    return entries.flatMap(({ id, command, state }) =>
      state.kind === 'refused'
        ? [
            {
              entryId: id,
              what: toWhat(command),
              sentence: state.message,
              text: textOf(command),
              hasPhoto: hasPhoto(command),
            },
          ]
        : [],
    )
  })
}

/** Tries it once more, as if it were done now. */
export async function retryRefused(opened: OpenedClassroom, entryId: string): Promise<void> {
  if (opened.kind === 'student') {
    const { retryStudent } = await import('../../sync/classroom/student-outbox.ts')
    return retryStudent(opened.storage, entryId)
  }
  const { retryStaff } = await import('../../sync/classroom/staff-outbox.ts')
  await retryStaff(opened.storage, entryId)
}

function toWhat(command: ClassroomOutboxEntry['command']): string {
  const files = command.type === 'reply.answer' ? (command.files ?? []) : []
  const what = WHAT[command.type]
  return files.length === 0 ? what : `${what} with ${countWords(files.length, 'file')}`
}

function hasPhoto(command: ClassroomOutboxEntry['command']): boolean {
  return command.type === 'question.ask' && command.photo !== undefined
}

/** Removes it for good. */
export async function discardRefused(opened: OpenedClassroom, entryId: string): Promise<void> {
  const { dropStudent } = await import('../../sync/classroom/student-outbox.ts')
  await dropStudent(opened.storage, entryId)
}

const WHAT: Record<CommandType, string> = {
  'question.ask': 'Your question',
  'question.edit': 'Your change of a question',
  'question.withdraw': 'Withdrawing your question',
  'vote.cast': 'Your vote',
  'vote.retract': 'Taking back your vote',
  'reply.follow-up': 'Your follow-up',
  'reply.post': 'Your answer',
  'reply.withdraw': 'Withdrawing your answer',
  'poll.answer': 'Your answer to a poll',
  'classroom.set': 'Your change of the settings',
  'question.judge': 'Your decision about a question',
  'question.mark': 'Your mark on a question',
  'question.merge': 'Merging two questions',
  'photo.remove': 'Removing a photo',
  'reply.answer': 'Your answer',
  'reply.judge': 'Your change of an answer',
  'focus.set': 'What the projector should show',
  'poll.create': 'Your poll',
  'poll.set': 'Your change of a poll',
  'staff.read': 'How far you have read',
  'staff.add': 'Adding somebody to the staff',
  'staff.remove': 'Removing somebody from the staff',
}
