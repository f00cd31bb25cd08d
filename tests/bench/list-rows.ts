import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Row } from './row.ts'

const ROWS = join(import.meta.dirname, 'rows')

export function listRows(): string[] {
  return readdirSync(ROWS).map((file) => file.replace(/\.ts$/, ''))
}

export async function loadRow(name: string): Promise<Row> {
  const { row } = (await import(join(ROWS, `${name}.ts`))) as { row: Row }
  return row
}
