import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { writeAudited } from '../../../audit/audit.ts'
import { type FoundBackup, isUnreadable, listBackups, readManifest } from '../../backup/backups.ts'
import { checkBackup } from '../../backup/check-backup.ts'
import { isOccupied, putAside } from '../../backup/put-aside.ts'
import { findNewerStep, restoreBackup } from '../../backup/restore-backup.ts'
import { openHome } from '../../open-home.ts'
import { openStore } from '../../open-store.ts'
import { type BareContext, defineCommand, done, type Refused, refused } from '../command.ts'

export const restore = defineCommand({
  name: 'restore',
  summary: 'Fills an empty database and the files from a backup. Stop ChatBox before; it needs nothing else after.',
  words: { backup: 'Its folder, its name in BACKUP_DIR, or "latest".' },
  flags: { replace: 'Puts aside what is there now, and says how to go back.' },
  on: 'nothing',
  async run(context, { backup: typed, replace }) {
    const { config, now, tell } = context
    const found = await findBackup(context, typed)
    if ('code' in found) return found
    const newer = findNewerStep(found)
    if (newer !== undefined) {
      const { version } = found.manifest
      return refused(
        'newer_schema',
        `This backup is of ChatBox ${version}, whose schema is newer than this version’s (it knows "${newer}"). Restore it with that version.`,
      )
    }
    tell('Reading the backup …')
    const wrong = await checkBackup(found)
    if (wrong.length > 0)
      return refused('damaged', `This backup is not whole, and nothing was changed. ${wrong.join(' ')}`)
    const occupied = await isOccupied(config)
    if (occupied && !replace) {
      return refused('not_empty', 'There is a ChatBox where it is to be restored. Add --replace to put that aside.')
    }
    const back = occupied ? [await putAside(config, now())] : []
    // Before anything can fail that comes after.
    for (const sentence of back) tell(sentence)
    const store = openStore(config)
    try {
      const restored = await restoreBackup({ store, home: await openHome(config) }, found, tell)
      const subject = { kind: 'server', id: null } as const
      const actor = { id: null, via: 'command-line' } as const
      const entry = { actor, act: 'backup.restore', subject, detail: { name: found.name } } as const
      await writeAudited(store, now(), async () => ({ answer: undefined, entries: [entry] }))
      return done({ name: found.name, ...restored, back }, [
        `${restored.rows} rows and ${restored.files} files are restored. Start ChatBox: there is nothing else to do.`,
        ...back,
      ])
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return refused(
        'failed',
        `The backup was restored in part only: ${why} Do not start ChatBox on it. Mend that, and restore again with --replace. ${back.join(' ')}`,
      )
    } finally {
      await store.close()
    }
  },
})

async function findBackup({ config }: BareContext, typed: string): Promise<FoundBackup | Refused> {
  const folder = config.backups?.folder
  if (typed === 'latest') {
    const newest = folder === undefined ? undefined : (await listBackups(folder)).at(-1)
    return newest ?? refused('not_found', 'There is no backup. Set BACKUP_DIR to the folder that they are in.')
  }
  const inFolder = folder !== undefined && !isAbsolute(typed) && dirname(typed) === '.'
  const path = inFolder ? join(resolve(folder), typed) : resolve(typed)
  const manifest = await readManifest(path)
  if (manifest !== undefined) return { name: basename(path), path, manifest }
  if (await isUnreadable(path)) {
    return refused(
      'unreadable',
      `The manifest.json in ${path} is damaged, or of a newer version’s form. Nothing was changed.`,
    )
  }
  return refused('not_found', `There is no backup in ${path}: it has no manifest.json.`)
}
