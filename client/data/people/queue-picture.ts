import { uuidv7 } from 'uuidv7'
import type { Command } from '../../../shared/protocol/commands.ts'
import { PICTURE_BYTES_MAX } from '../../../shared/protocol/limits.ts'
import { toBase64 } from '../../sync/base64.ts'
import { enqueue } from '../../sync/outbox.ts'
import type { Session } from '../session.ts'

/** Keeps a JPEG, cropped and shrunk already, to be shown here at once, and queues the command that makes it somebody's picture. */
export async function queuePicture(
  { db, clock }: Session,
  jpeg: Uint8Array,
  toCommand: (id: string, picture: string) => Command,
): Promise<'queued' | 'too-large'> {
  if (jpeg.byteLength > PICTURE_BYTES_MAX) return 'too-large'
  const id = uuidv7()
  const bytes = new Uint8Array(jpeg).buffer
  await db.transaction('rw', db.outbox, db.pictures, async () => {
    await db.pictures.put({ id, bytes })
    await enqueue(db, [toCommand(id, toBase64(bytes))], clock.now())
  })
  return 'queued'
}
