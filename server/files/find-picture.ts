import type { Database } from '../store/schema.ts'

/**
 * The JPEG file of this id: anybody's with an account, or of a group that this user is in. What an id stands for never
 * changes; a picture that was replaced may be gone.
 */
export async function findPicture(
  db: Database,
  id: string,
  userId: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const picture = await db
    .selectFrom('picture')
    .leftJoin('member', (join) =>
      join
        .onRef('member.conversation_id', '=', 'picture.conversation_id')
        .on('member.user_id', '=', userId)
        .on('member.removed', '=', 0),
    )
    .select('picture.bytes')
    .where('picture.id', '=', id)
    .where((or) => or.or([or('picture.conversation_id', 'is', null), or('member.user_id', 'is not', null)]))
    .executeTakeFirst()
  return picture && new Uint8Array(picture.bytes)
}
