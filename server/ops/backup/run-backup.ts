import type { Clock } from '../../../shared/clock.ts'
import { type Actor, writeAudited } from '../../audit/audit.ts'
import type { FileHome } from '../../files/home.ts'
import type { Store } from '../../store/store.ts'
import { removeOldBackups } from './backups.ts'
import { withLease } from './lease.ts'
import { type MadeBackup, makeBackup } from './make-backup.ts'

export interface RunParts {
  store: Store
  home: Pick<FileHome, 'read'>
  clock: Clock
  folder: string
  /** So many stay; undefined: all. */
  keep: number | undefined
  onError: (error: unknown) => void
}

/** Makes a backup and removes old ones, with a row in the audit log; undefined when another process is at it. */
export async function runBackup(
  { store, home, clock, folder, keep, onError }: RunParts,
  actor: Actor,
): Promise<(MadeBackup & { removed: string[] }) | undefined> {
  const done = await withLease({ store, clock, onError }, 'backup', async () => {
    const made = await makeBackup({ store, home, folder, now: clock.now() })
    if (made.lostFiles > 0) onError(new Error(toLostSentence(made.lostFiles)))
    const removed = keep === undefined ? [] : await removeOldBackups(folder, keep)
    const subject = { kind: 'server', id: null } as const
    const entry = { actor, act: 'backup.make', subject, detail: { name: made.name, removed: removed.length } } as const
    await writeAudited(store, clock.now(), async () => ({ answer: undefined, entries: [entry] }))
    return { ...made, removed }
  })
  return done?.answer
}

export function toLostSentence(count: number): string {
  return `${count} files are lost or damaged, and not in the backup: "npm run admin -- verify" names them.`
}

/** What kept a backup from being made, in a sentence for operators. */
export function toBackupSentence(error: unknown, folder: string): { code: string; message: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return { code: 'disk_full', message: `There is no room for a backup in ${folder}. Older ones are as they were.` }
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(code)) {
    return {
      code: 'not_writable',
      message: `Nothing can be written to ${folder} (${code}). Correct BACKUP_DIR or its rights.`,
    }
  }
  const why = error instanceof Error ? error.message : String(error)
  return { code: 'failed', message: `No backup was made: ${why}` }
}
