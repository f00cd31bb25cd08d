import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openSqlite } from '../../server/store/sqlite.ts'

/** vitest's global set-up of the project `server-sqlite`. */
export default async function setup(project: TestProject): Promise<() => void> {
  const template = mkdtempSync(join(tmpdir(), 'chatbox-template-'))
  const store = openSqlite(template)
  await store.migrate()
  await store.close()
  project.provide('backend', { kind: 'sqlite', template })
  return () => rmSync(template, { recursive: true })
}
