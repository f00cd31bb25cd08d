import { sql } from 'kysely'
import { statfs } from 'node:fs/promises'
import { CLASSROOM_FILE } from '../../../../migrations/columns.ts'
import type { Store } from '../../../store/store.ts'
import { fail, type Verdict, warn } from '../look.ts'

/** By the magic numbers of statfs(2): over these a lock does not hold, and the `-wal` is not shared. */
const NETWORKS: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB2',
  0x00c36400: 'Ceph',
  0x5346414f: 'AFS',
  0x01021997: '9P',
}
const FUSE = 0x65735546

export async function judgeSqlite({ db }: Pick<Store, 'db'>, dataDir: string): Promise<Verdict[]> {
  const { type } = await statfs(dataDir)
  const verdicts = judgeFileSystem(type)
  for (const file of ['main', CLASSROOM_FILE]) {
    const mode = await sql<{ journal_mode: string }>`pragma ${sql.raw(file)}.journal_mode`.execute(db)
    if (mode.rows[0]?.journal_mode !== 'wal') {
      verdicts.push(fail(`The database (${file}) has no write-ahead log.`, 'Put DATA_DIR on a disk of this machine.'))
    }
    const check = await sql<{ quick_check: string }>`pragma ${sql.raw(file)}.quick_check(1)`.execute(db)
    const [found] = check.rows
    if (found?.quick_check !== 'ok') {
      verdicts.push(
        fail(
          `The database (${file}) is damaged: ${toLine(found?.quick_check ?? 'it cannot be read')}.`,
          'Stop ChatBox, keep the files, and put back the last backup.',
        ),
      )
    }
  }
  return verdicts
}

function toLine(found: string): string {
  return found
    .replace(/\*+ in database \w+ \*+/, '')
    .replace(/\s+/g, ' ')
    .trim()
}

export function judgeFileSystem(type: number): Verdict[] {
  // Some systems give it with a sign.
  const name = NETWORKS[type >>> 0]
  if (name !== undefined) {
    return [fail(`DATA_DIR is on ${name}, over which SQLite cannot lock.`, 'Put DATA_DIR on a disk of this machine.')]
  }
  if (type >>> 0 !== FUSE) return []
  return [
    warn('DATA_DIR is on a file system of FUSE, which may lock nothing.', 'Put DATA_DIR on a disk of this machine.'),
  ]
}
