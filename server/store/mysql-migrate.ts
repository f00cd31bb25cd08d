import { type Kysely, type Migration, Migrator } from 'kysely'
import { mysqlColumns } from '../../migrations/columns.ts'
import { migrations } from '../../migrations/index.ts'
import { refuseNewer, toMigrationError } from './migrate.ts'

/** Runs what is missing, in order and up to a step, under Kysely's migration lock. */
export async function migrateMysql(db: Kysely<unknown>, upTo?: string): Promise<void> {
  const steps: Record<string, Migration> = {}
  for (const [name, step] of Object.entries(migrations)) steps[name] = { up: (inner) => step(inner, mysqlColumns) }
  const migrator = new Migrator({ db, provider: { getMigrations: async () => steps } })
  refuseNewer(await listExecuted(db))
  const { error, results } = upTo === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(upTo)
  if (error === undefined) return
  throw toMigrationError(results?.find((result) => result.status === 'Error')?.migrationName ?? '', error)
}

/** The steps that were noted, in order. */
export async function listExecuted(db: Kysely<unknown>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some((table) => table.name === 'kysely_migration')) return []
  const rows = await (db as Kysely<{ kysely_migration: { name: string } }>)
    .selectFrom('kysely_migration')
    .select('name')
    .orderBy('name')
    .execute()
  return rows.map((row) => row.name)
}
