import { closeSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { openSqlite } from '../../../server/store/sqlite.ts'
import { talkWhileStopped } from './full-store.ts'

// A process in a mount namespace of its own, with a small disk in the folder that it is given, which is
// filled and emptied while two people talk. Prints what became of it.
const [folder = ''] = process.argv.slice(2)
mkdirSync(folder)
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder], { stdio: 'inherit' })
if (mounted.status !== 0) throw new Error('the disk could not be mounted')
const filler = join(folder, 'filler')

function fill(): void {
  const file = openSync(filler, 'w')
  for (let bytes = 64 * 1024; bytes >= 1; bytes /= 4) {
    try {
      for (;;) writeSync(file, Buffer.alloc(bytes))
    } catch {
      // No room for so many; perhaps for fewer.
    }
  }
  closeSync(file)
}

const store = openSqlite(join(folder, 'data'))
await store.migrate()
const outcome = await talkWhileStopped(store, {
  stop: async () => fill(),
  goOn: async () => unlinkSync(filler),
})
console.log(JSON.stringify(outcome))
await store.close()
