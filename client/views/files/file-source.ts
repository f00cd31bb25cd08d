import type { Observable } from 'dexie'
import { getContext, hasContext, setContext } from 'svelte'
import { accountContents } from '../../data/files/account-contents.ts'
import type { ContentSource } from '../../data/files/content-source.ts'
import { findFileChoices } from '../../data/files/file-choices.ts'
import { cancelUpload, pauseUpload, resumeUpload } from '../../data/files/upload-actions.ts'
import { getContext as getCampus } from '../context.ts'
import { liveQuery } from '../../sync/storage/live-query.ts'

/** Where the files on a screen come from, and what can be done with those that are on their way. */
export interface FileSource {
  contents: ContentSource
  /** Where a content is played from while it comes. */
  toAddress(fileId: string): string
  /** Whether photos come before somebody asks for them. */
  watchPhotosCome(): Observable<boolean>
  isNetworkPoor(): boolean
  pause(fileId: string): Promise<void>
  resume(fileId: string): Promise<void>
  cancel(fileId: string): Promise<void>
}

const KEY = Symbol('file source')

/** For all that is shown within this component, while it is made. */
export function setFileSource(source: FileSource): void {
  setContext(KEY, source)
}

/** That of what is around this component: of the account, unless something else was set. */
export function getFileSource(): FileSource {
  return hasContext(KEY) ? getContext<FileSource>(KEY) : createAccountSource()
}

function createAccountSource(): FileSource {
  const { session, environment } = getCampus()
  return {
    contents: accountContents(session),
    toAddress: (id) => `/api/files/${id}/whole`,
    watchPhotosCome: () =>
      liveQuery(async () => (await findFileChoices(session.db)).photos === 'always' && !environment.isNetworkPoor()),
    isNetworkPoor: () => environment.isNetworkPoor(),
    pause: (id) => pauseUpload(session, id),
    resume: (id) => resumeUpload(session, id),
    cancel: (id) => cancelUpload(session, id),
  }
}
