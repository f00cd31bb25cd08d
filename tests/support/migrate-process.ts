import { openMysql } from '../../server/store/mysql.ts'
import { openSqlite } from '../../server/store/sqlite.ts'

// A process of its own that migrates and ends: `tsx migrate-process.ts sqlite|mysql <folder or address>`.
const [kind, place = ''] = process.argv.slice(2)
const store = kind === 'mysql' ? openMysql(place) : openSqlite(place)
console.log('ready')
await store.migrate()
console.log('done')
await store.close()
