import { getContext, hasContext, setContext } from 'svelte'
import { accountFiles } from '../../data/files/account-files.ts'
import type { FileSource } from '../../data/files/file-source.ts'
import { getContext as getCampus } from '../context.ts'

const KEY = Symbol('file source')

/** For all that is shown within this component, while it is made. */
export function setFileSource(source: FileSource): void {
  setContext(KEY, source)
}

/** That of what is around this component: of the account, unless something else was set. */
export function getFileSource(): FileSource {
  if (hasContext(KEY)) return getContext<FileSource>(KEY)
  const { session, environment } = getCampus()
  return accountFiles(session, environment)
}
