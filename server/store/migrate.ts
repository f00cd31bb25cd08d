import { type Kysely, type Migration, Migrator } from 'kysely'
import { migrations } from '../../migrations/index.ts'
import type { ColumnTypes } from '../../migrations/columns.ts'

/**
 * Runs what is missing, in order, under Kysely's migration lock. Throws with a sentence for the
 * operator when a step fails, or when the database knows a step that this code does not.
 */
export async function runMigrations(db: Kysely<unknown>, types: ColumnTypes, upTo?: string): Promise<void> {
  const steps: Record<string, Migration> = {}
  for (const [name, step] of Object.entries(migrations)) steps[name] = { up: (inner) => step(inner, types) }
  const migrator = new Migrator({ db, provider: { getMigrations: async () => steps } })

  const known = new Set(Object.keys(steps))
  const newer = (await executedMigrations(db)).find((name) => !known.has(name))
  if (newer !== undefined) {
    throw new Error(
      `The database has a newer schema than this version of ChatBox (it knows "${newer}"). ` +
        'Start the newer version, or restore a backup made by this one.',
    )
  }
  const { error, results } = upTo === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(upTo)
  if (error === undefined) return
  const failed = results?.find((result) => result.status === 'Error')?.migrationName
  throw new Error(`Migration ${failed ?? ''} failed: ${error instanceof Error ? error.message : 'unknown'}`, {
    cause: error,
  })
}

async function executedMigrations(db: Kysely<unknown>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some((table) => table.name === 'kysely_migration')) return []
  const rows = await (db as Kysely<{ kysely_migration: { name: string } }>)
    .selectFrom('kysely_migration')
    .select('name')
    .execute()
  return rows.map((row) => row.name)
}
