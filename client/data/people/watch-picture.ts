import { Dexie, liveQuery, type Observable } from 'dexie'
import { systemClock } from '../../../shared/clock.ts'
import type { ClientDatabase } from '../../sync/database.ts'
import { createPictureLoader, type PictureLoader } from '../../sync/pictures.ts'
import { createObservable } from '../observable.ts'
import type { Session } from '../session.ts'

/** One for all of a tab, so that a picture shown in many places is asked for once. */
const loaders = new WeakMap<ClientDatabase, PictureLoader>()

/** A picture's bytes, a JPEG. Null until they are on this device, where they are fetched to as soon as somebody looks. */
export function watchPicture(session: Session, pictureId: string): Observable<ArrayBuffer | null> {
  const { db } = session
  return createObservable((sink) => {
    const subscription = liveQuery(() => db.pictures.get(pictureId)).subscribe({
      next: (picture) => {
        if (picture === undefined) getLoader(session).want([{ pictureId }])
        sink.next(picture?.bytes ?? null)
      },
      error: (error) => sink.error(error),
    })
    return () => subscription.unsubscribe()
  })
}

function getLoader({ db, api }: Session): PictureLoader {
  const known = loaders.get(db)
  if (known !== undefined) return known
  const loader = createPictureLoader({ db, api, clock: systemClock, onError: throwLater })
  loaders.set(db, loader)
  return loader
}

/** A picture that cannot be kept is a bug or a broken device, and stops nothing; after signing out there is nowhere to keep it. */
function throwLater(error: unknown): void {
  if (error instanceof Dexie.DatabaseClosedError) return
  queueMicrotask(() => {
    throw error
  })
}
