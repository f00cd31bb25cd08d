import { resolve } from 'node:path'
import { listBackups } from '../../backup/backups.ts'
import { fail, type Look, ok, skipped, warn } from '../look.ts'

const HOUR_MS = 60 * 60_000
/** One that takes long, or waits for the server to be started, is not late yet. */
const LATE_PARTS = 1.5
const MISSED_PARTS = 3

/** How old the last backup is, where ChatBox takes them. */
export const backupsLook: Look = {
  name: 'backups',
  async look({ config: { backups, publicUrl }, now }) {
    if (backups === undefined) {
      if (publicUrl === undefined) return [skipped('BACKUP_DIR is not set: ChatBox takes no backups by itself.')]
      return [
        warn(
          'ChatBox takes no backups by itself.',
          'Set BACKUP_DIR to a folder on another disk, or see that others are taken.',
        ),
      ]
    }
    const { folder, everyMs } = backups
    const last = (await listBackups(folder)).at(-1)
    if (last === undefined) {
      return [
        warn(
          `There is no backup in ${resolve(folder)} yet.`,
          'Make one with "npm run admin -- backup", and see why there is none.',
        ),
      ]
    }
    const age = now() - last.manifest.takenAt
    const sentence = `The last backup, ${last.name}, is ${Math.round(age / HOUR_MS)} hours old.`
    const advice = 'See why none was taken: the log says so. "npm run admin -- backup" makes one now.'
    if (age > everyMs * MISSED_PARTS) return [fail(sentence, advice)]
    return [age > everyMs * LATE_PARTS ? warn(sentence, advice) : ok(sentence)]
  },
}
