import type { Database } from '../store/schema.ts'

/** The classroom of a code that somebody typed. */
export async function findByCode(
  db: Database,
  code: string,
): Promise<{ id: string; title: string; issuer: string | null } | undefined> {
  return db
    .selectFrom('classroom')
    .select(['id', 'title', 'issuer_public as issuer'])
    .where('code', '=', code)
    .executeTakeFirst()
}
