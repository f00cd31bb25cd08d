import type { Environment } from '../../sync/environment.ts'
import type { Session } from '../session.ts'
import { accountContents } from './account-contents.ts'
import { watchPhotosCome } from './file-choices.ts'
import type { FileSource } from './file-source.ts'
import { cancelUpload, pauseUpload, resumeUpload } from './upload-actions.ts'

/** Where the files of an account's messages come from. */
export function accountFiles(session: Session, environment: Pick<Environment, 'isNetworkPoor'>): FileSource {
  return {
    contents: accountContents(session),
    toAddress: (id) => `/api/files/${id}/whole`,
    photosCome: watchPhotosCome(session.db, environment),
    pause: (id) => pauseUpload(session, id),
    resume: (id) => resumeUpload(session, id),
    cancel: (id) => cancelUpload(session, id),
  }
}
