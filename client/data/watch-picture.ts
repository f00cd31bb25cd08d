import { liveQuery, type Observable } from 'dexie'
import type { Session } from './session.ts'

/** A picture's bytes, a JPEG; null until they are on this device. */
export function watchPicture({ db }: Session, pictureId: string): Observable<ArrayBuffer | null> {
  return liveQuery(async () => (await db.pictures.get(pictureId))?.bytes ?? null)
}
