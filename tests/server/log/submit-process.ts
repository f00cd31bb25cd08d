import type { CampusCommand } from '../../../server/campus/command.ts'
import { openMysql } from '../../../server/store/mysql.ts'
import { openSqlite } from '../../../server/store/sqlite.ts'
import { createCampus } from '../../support/campus.ts'

// A second process on one database: submits what it reads, and prints the results. It says when it is
// there and then waits for a line, so that two of them begin together.
interface Task {
  databaseUrl: string | undefined
  dataDir: string
  userId: string
  commands: CampusCommand[]
}

const task = JSON.parse(process.argv[2] ?? '') as Task
const store = task.databaseUrl === undefined ? openSqlite(task.dataDir) : openMysql(task.databaseUrl)
const campus = createCampus({ store })
await store.db.selectFrom('log').select('head').execute()
console.log('ready')
await new Promise((resolve) => process.stdin.once('data', resolve))
const results = await Promise.all(task.commands.map((command) => campus.submit(task.userId, [command])))
console.log(JSON.stringify(results.flat()))
for (const error of campus.errors) console.error(error)
await store.close()
process.exit(0)
