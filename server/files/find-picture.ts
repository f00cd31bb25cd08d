import type { Database } from '../store/schema.ts'

/** The JPEG file of this id. What an id stands for never changes; a picture that was replaced may be gone. */
export async function findPicture(db: Database, id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const picture = await db.selectFrom('picture').select('bytes').where('id', '=', id).executeTakeFirst()
  return picture && new Uint8Array(picture.bytes)
}
