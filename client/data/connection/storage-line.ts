import { createObservable } from '../observable.ts'
import { deviceStorage, type StorageState } from '../../sync/storage/device-storage.ts'
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
