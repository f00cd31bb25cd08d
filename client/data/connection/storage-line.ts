import { createObservable } from '../../sync/observable.ts'
import { deviceStorage, type StorageState } from '../../sync/storage/device-storage.ts'
import { toStorageFailure, type StorageFailure } from '../../sync/storage/storage-failure.ts'
import type { Observable } from 'dexie'

export function watchStorage(): Observable<StorageState> {
  return createObservable(({ next }) => {
    next(deviceStorage.state)
    return deviceStorage.onChange(() => next(deviceStorage.state))
  })
}

interface Line {
  tone: 'busy' | 'offline' | 'attention'
  text: string
}

/** The line about the connection, behind what there is to say of a device that stores nothing. */
export function withStorage<Given extends Line>(
  line: Given | null,
  storage: StorageState | undefined,
): Given | Line | null {
  if (storage === undefined || storage.kind === 'storing') return line
  const text = describeStorage(storage)
  return { ...line, tone: 'attention', text: line === null ? text : `${text} ${line.text}.` }
}

/** What it means for a person that the device's storage could not even be opened; null for every other error. */
export function describeFailedStart(error: unknown): { title: string; text: string } | null {
  // Of a database that a later version made, and this one cannot read.
  if (error instanceof Error && error.name === 'VersionError') {
    return {
      title: 'This page is older than what is stored here',
      text: 'Open ChatBox again, with a network, to get its newest version. Nothing is lost.',
    }
  }
  const why = toStorageFailure(error)
  return why === undefined ? null : describeClosedStorage(why)
}

/** The same where only the reason is known. */
export function describeClosedStorage(why: StorageFailure): { title: string; text: string } {
  return {
    title: why === 'full' ? 'This device is full' : 'This browser keeps nothing for this site',
    text:
      why === 'full'
        ? 'ChatBox cannot open what it stored. Free some space, then open it again.'
        : 'ChatBox could not open its storage. Allow this site to keep data (cookies and site data), or use another browser.',
  }
}

/** What is the matter, what comes of it, and what one can do. */
export function describeStorage({ why, inMemory, refused }: Extract<StorageState, { kind: 'failing' }>): string {
  const what =
    why === 'full'
      ? 'This device is full: nothing can be stored.'
      : 'This browser cannot store anything on this device.'
  const outcome = refused
    ? 'Your last change was not stored and not sent.'
    : inMemory
      ? 'What you see and send now is lost here when you close this tab.'
      : 'What you write stays in its field.'
  const help =
    why === 'full'
      ? 'Free some space, or remove the data of other sites, then try again.'
      : 'Allow this site to keep data, or open it in another browser.'
  return `${what} ${outcome} ${help}`
}
