import { sql } from 'kysely'
import type { Check } from '../check.ts'
import { findBroken, pointsTo, type RowRules, rules } from '../rows.ts'

const TABLES: readonly RowRules[] = [
  rules(
    'file',
    ['id'],
    [
      ...[pointsTo('file', 'user_id', 'user'), pointsTo('file', 'content_id', 'file_content')],
      {
        holds: sql`content_id is null or bytes = coalesce(
        (select target.bytes from file_content as target where target.id = file.content_id), bytes)`,
        message: 'It is not as long as its content.',
      },
    ],
  ),
  rules(
    'photo_content',
    ['photo_id', 'variant'],
    [
      { holds: sql`length(content) = bytes`, message: 'It is not as long as it says.' },
      pointsTo('photo_content', 'classroom_id', 'classroom'),
    ],
  ),
]

/** Each file is somebody's, and its content has a row. */
export const filesCheck: Check = {
  name: 'files',
  find: ({ store: { db } }) => findBroken(db, TABLES),
}
