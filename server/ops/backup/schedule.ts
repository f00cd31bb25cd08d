import { repeat } from '../../../shared/clock.ts'
import { listBackups } from './backups.ts'
import { type RunParts, runBackup, toBackupSentence } from './run-backup.ts'

const LOOK_EVERY_MS = 10 * 60_000

/**
 * Makes a backup whenever the newest one is older than `everyMs`: of several processes one does, and a restart makes none that is
 * not due. Returns the function that ends it, which resolves once nothing is under way.
 */
export function startBackups(parts: RunParts & { everyMs: number }): () => Promise<void> {
  const { clock, folder, everyMs, onError } = parts
  let underWay: Promise<void> | undefined

  async function look(): Promise<void> {
    const newest = (await listBackups(folder)).at(-1)?.manifest.takenAt ?? Number.NEGATIVE_INFINITY
    if (clock.now() - newest < everyMs) return
    try {
      await runBackup(parts, { id: null, via: 'server' })
    } catch (error) {
      onError(new Error(toBackupSentence(error, folder).message, { cause: error }))
    }
  }

  function turn(): void {
    underWay ??= look()
      .catch(onError)
      .finally(() => (underWay = undefined))
  }

  const stop = repeat(clock, LOOK_EVERY_MS, turn)
  turn()
  return async () => {
    stop()
    await underWay
  }
}
