import type { FollowedUploads } from '../files/start-uploads.ts'
import { asMessages } from './answers-as-messages.ts'
import type { ClassroomDatabase } from './database.ts'
import { getConnection } from './find-connection.ts'
import type { ClassroomStorage } from './tables.ts'

/*
 * The files of staff's answers go up as those of messages do, with the account and by the same code: it sees each answer that
 * carries files as a message that does.
 */
export function createAnswerUploads(db: ClassroomDatabase, storage: ClassroomStorage): FollowedUploads {
  return {
    transact: (work) =>
      storage.transact(({ uploads, outbox, replies }) =>
        work({ uploads, messages: replies, outbox: asMessages(outbox) }),
      ),
    onOutboxChange: storage.onOutboxChange,
    async findConnection() {
      const { state } = await getConnection(db)
      return { kind: state === 'live' ? 'live' : 'offline' }
    },
  }
}
