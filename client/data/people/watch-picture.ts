import { Dexie, type Observable } from 'dexie'
import { liveQuery } from '../../sync/storage/live-query.ts'
import { systemClock } from '../../../shared/clock.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import type { PictureLoader } from '../../sync/pictures.ts'
import { createObservable } from '../../sync/observable.ts'
import type { Session } from '../session.ts'

/** One for all of a tab, so that a picture shown in many places is asked for once. */
const loaders = new WeakMap<ClientDatabase, Promise<PictureLoader>>()

/** A picture's bytes, a JPEG. Null until they are on this device, where they are fetched to as soon as somebody looks. */
export function watchPicture(session: Session, pictureId: string): Observable<ArrayBuffer | null> {
  const { db } = session
  return createObservable((sink) => {
    const subscription = liveQuery(() => db.pictures.get(pictureId)).subscribe({
      next: (picture) => {
        if (picture === undefined) void want(session, pictureId)
        sink.next(picture?.bytes ?? null)
      },
      error: (error) => sink.error(error),
    })
    return () => subscription.unsubscribe()
  })
}

async function want(session: Session, pictureId: string): Promise<void> {
  try {
    const loader = await getLoader(session)
    loader.want([{ pictureId }])
  } catch {
    // The network went away before the code was here: the next who looks tries again.
    loaders.delete(session.db)
  }
}

function getLoader(session: Session): Promise<PictureLoader> {
  const { db } = session
  const loading = loaders.get(db) ?? loadLoader(session)
  loaders.set(db, loading)
  return loading
}

/** Words are shown before it is loaded. */
async function loadLoader({ db, api }: Session): Promise<PictureLoader> {
  const { createPictureLoader } = await import('../../sync/pictures.ts')
  return createPictureLoader({ db, api, clock: systemClock, onError: throwLater })
}

/** A picture that cannot be kept is a bug or a broken device, and stops nothing; after signing out there is nowhere to keep it. */
function throwLater(error: unknown): void {
  if (error instanceof Dexie.DatabaseClosedError) return
  queueMicrotask(() => {
    throw error
  })
}
