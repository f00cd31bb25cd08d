import { createMemoryBus } from '../../../server/bus/memory.ts'
import type { CampusCommand } from '../../../server/commands/command.ts'
import { campusRules } from '../../../server/commands/rules.ts'
import { createSequencer } from '../../../server/log/sequencer.ts'
import { openMysql } from '../../../server/store/mysql.ts'
import { openSqlite } from '../../../server/store/sqlite.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'

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
const sequencer = createSequencer<CampusCommand>({
  log: CAMPUS_LOG,
  store,
  bus: createMemoryBus(),
  rules: campusRules,
  now: Date.now,
  onError: (error) => String(console.error(error)),
})
await store.db.selectFrom('log').select('head').execute()
console.log('ready')
await new Promise((resolve) => process.stdin.once('data', resolve))
const results = await Promise.all(task.commands.map((command) => sequencer.submit(task.userId, [command])))
console.log(JSON.stringify(results.flat()))
await store.close()
process.exit(0)
