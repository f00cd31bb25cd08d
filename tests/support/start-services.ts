import { createConnection } from 'mysql2/promise'
import type { TestProject } from 'vitest/node'
import { openMysql } from '../../server/store/mysql.ts'
import { startMariadb } from './services.ts'

/** vitest's global set-up of the project `server-mysql`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const mariadb = await startMariadb()
  const connection = await createConnection(mariadb.url)
  await connection.query('create database template')
  await connection.end()
  const store = openMysql(`${mariadb.url}/template`)
  await store.migrate()
  await store.close()
  project.provide('backend', { kind: 'mysql', serverUrl: mariadb.url, template: 'template' })
  return mariadb.stop
}
