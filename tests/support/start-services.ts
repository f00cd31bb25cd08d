import type { TestProject } from 'vitest/node'
import { startMariadb } from './services.ts'

/** vitest's global set-up of the project `server-mysql`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const mariadb = await startMariadb()
  project.provide('backend', { kind: 'mysql', serverUrl: mariadb.url })
  return mariadb.stop
}
