import express from 'express'
import expressPouchdb from 'express-pouchdb'
import PouchDB from 'pouchdb'
import { tmpdir } from 'node:os'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'

// pouchdb-server's own parts (express-pouchdb over LevelDB) in one process, for who replicates from it. Settings: FOLDER.

const folder = process.env.FOLDER ?? mkdtempSync(join(tmpdir(), 'pouchdb-'))
const app = express()
app.use(
  '/',
  expressPouchdb(PouchDB.defaults({ prefix: `${folder}/` }), {
    mode: 'minimumForPouchDB',
    inMemoryConfig: true,
    logPath: join(folder, 'log.txt'),
  }),
)
const server = app.listen(0, '127.0.0.1', () => console.log(`ready ${server.address().port}`))
