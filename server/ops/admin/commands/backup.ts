import { resolve } from 'node:path'
import { systemClock } from '../../../../shared/clock.ts'
import { listBackups } from '../../backup/backups.ts'
import { checkBackup } from '../../backup/check-backup.ts'
import { runBackup, toBackupSentence, toLostSentence } from '../../backup/run-backup.ts'
import { type BareContext, defineCommand, done, type Refused, refused } from '../command.ts'
import { toTimeWords } from '../find-person.ts'

const TO = { to: { value: 'DIR', summary: 'The folder of the backups: BACKUP_DIR where it is left out.' } }

function findFolder({ config }: Pick<BareContext, 'config'>, to: string | undefined): string | Refused {
  const folder = to ?? config.backups?.folder
  return folder === undefined ? refused('no_folder', 'Say where with --to DIR, or set BACKUP_DIR.') : resolve(folder)
}

export const backup = defineCommand({
  name: 'backup',
  summary: 'Makes a backup of the database and the files, while servers run or not.',
  options: TO,
  on: 'database',
  async run({ store, config, openHome, tell }, { to }) {
    const folder = findFolder({ config }, to)
    if (typeof folder !== 'string') return folder
    const keep = to === undefined ? config.backups?.keep : undefined
    const onError = (error: unknown) => tell(String(error))
    try {
      const parts = { store, home: await openHome(), clock: systemClock, folder, keep, onError }
      const made = await runBackup(parts, { id: null, via: 'command-line' })
      if (made === undefined)
        return refused(
          'in_progress',
          'A backup is being made already, or was cut off in the last two minutes. Try again after that.',
        )
      const rows = made.manifest.tables.reduce((sum, table) => sum + table.rows, 0)
      const data = {
        folder,
        name: made.name,
        rows,
        files: made.manifest.files.rows,
        newFiles: made.newFiles,
        lostFiles: made.lostFiles,
        removed: made.removed,
      }
      return done(
        data,
        [
          `${folder}/${made.name}: ${rows} rows, ${data.files} files, ${made.newFiles} of them new.`,
          ...made.removed.map((name) => `${name} was removed, being old.`),
          ...(made.lostFiles > 0 ? [toLostSentence(made.lostFiles)] : []),
        ],
        made.lostFiles > 0,
      )
    } catch (error) {
      return toBackupSentence(error, folder)
    }
  },
})

export const backups = defineCommand({
  name: 'backups',
  summary: 'Lists the backups that are there, the oldest first.',
  options: TO,
  flags: { check: 'Reads each of them, and says what is missing or damaged.' },
  on: 'nothing',
  async run({ config }, { to, check }) {
    const folder = findFolder({ config }, to)
    if (typeof folder !== 'string') return folder
    const all = []
    for (const { name, path, manifest } of await listBackups(folder)) {
      const wrong = check ? await checkBackup({ path, manifest }) : []
      const { takenAt, version, store, head, tables, files } = manifest
      const rows = tables.reduce((sum, table) => sum + table.rows, 0)
      all.push({ name, takenAt, version, store, head, rows, files: files.rows, wrong })
    }
    const lines = all.flatMap(({ name, takenAt, rows, files, version, wrong }) => [
      `${name}  ${toTimeWords(takenAt)}, ${rows} rows, ${files} files, by ChatBox ${version}`,
      ...wrong.map((sentence) => `  ${sentence}`),
    ])
    const isBad = all.some(({ wrong }) => wrong.length > 0)
    return done({ folder, backups: all }, lines.length === 0 ? [`There is none in ${folder}.`] : lines, isBad)
  },
})
