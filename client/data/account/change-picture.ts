import { uuidv7 } from 'uuidv7'
import { enqueue } from '../../sync/outbox.ts'
import { queuePicture } from '../people/queue-picture.ts'
import type { Session } from '../session.ts'

/** Makes a JPEG, cropped and shrunk already, one's own picture; it is shown here at once. */
export function setPicture(session: Session, jpeg: Uint8Array): Promise<'queued' | 'too-large'> {
  return queuePicture(session, jpeg, (id, picture) => ({ type: 'profile.picture', id, picture }))
}

export function removePicture({ db, clock }: Session): Promise<void> {
  return enqueue(db, [{ type: 'profile.picture', id: uuidv7(), picture: null }], clock.now())
}
