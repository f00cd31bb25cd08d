import { uuidv7 } from 'uuidv7'
import { PICTURE_BYTES_MAX } from '../../../shared/protocol/limits.ts'
import { toBase64 } from '../../sync/base64.ts'
import { enqueue } from '../../sync/outbox.ts'
import type { Session } from '../session.ts'

/** Makes a JPEG, cropped and shrunk already, one's own picture; it is shown here at once. */
export async function setPicture({ db, clock }: Session, jpeg: Uint8Array): Promise<'queued' | 'too-large'> {
  if (jpeg.byteLength > PICTURE_BYTES_MAX) return 'too-large'
  const id = uuidv7()
  const bytes = new Uint8Array(jpeg).buffer
  await db.transaction('rw', db.outbox, db.pictures, async () => {
    await db.pictures.put({ id, bytes })
    await enqueue(db, [{ type: 'profile.picture', id, picture: toBase64(bytes) }], clock.now())
  })
  return 'queued'
}

export function removePicture({ db, clock }: Session): Promise<void> {
  return enqueue(db, [{ type: 'profile.picture', id: uuidv7(), picture: null }], clock.now())
}
