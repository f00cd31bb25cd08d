import { mkdtemp, rmdir, statfs } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Config } from '../../../config.ts'
import { openHome } from '../../open-home.ts'
import { fail, type Look, ok, toReason, type Verdict, warn } from '../look.ts'

const FEW_BYTES = 2e9
const TOO_FEW_BYTES = 2e8
const FEW_INODES = 0.05

interface Place {
  setting: string
  folder: string
}

/** Whether there is room where things are kept, and whether we may write there. */
export const diskLook: Look = {
  name: 'disk',
  async look({ config }) {
    const verdicts: Verdict[] = []
    for (const place of listPlaces(config)) verdicts.push(await judgePlace(place))
    if (config.filesBucket !== undefined) verdicts.push(await judgeBucket(config))
    return verdicts
  },
}

function listPlaces({ dataDir, backups }: Config): Place[] {
  const places = [{ setting: 'DATA_DIR', folder: dataDir }]
  return backups === undefined ? places : [...places, { setting: 'BACKUP_DIR', folder: backups.folder }]
}

async function judgePlace({ setting, folder }: Place): Promise<Verdict> {
  try {
    await rmdir(await mkdtemp(join(folder, '.chatbox-doctor-')))
    return judgeRoom(`${setting} (${resolve(folder)})`, await statfs(folder))
  } catch (error) {
    return fail(
      `Nothing can be written to ${setting}, ${resolve(folder)} (${toReason(error)}).`,
      `Make the folder, change its owner, free some room, or set ${setting} to another one.`,
    )
  }
}

export function judgeRoom(
  place: string,
  { bavail, bsize, files, ffree }: { bavail: number; bsize: number; files: number; ffree: number },
): Verdict {
  const free = bavail * bsize
  const sentence = `${place} has ${toRoom(free)} free`
  const advice = 'Free some, or move it to a larger disk.'
  if (free < TOO_FEW_BYTES) return fail(`${sentence}: soon nothing is stored any more.`, advice)
  // A file system that makes them as they are needed says 0.
  if (files > 0 && ffree < files * FEW_INODES) {
    return warn(`${sentence}, and room for ${ffree} more files.`, 'Remove what consists of many small files.')
  }
  if (free < FEW_BYTES) return warn(`${sentence}.`, advice)
  return ok(`${sentence}, and takes what is written.`)
}

function toRoom(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`
}

async function judgeBucket(config: Config): Promise<Verdict> {
  try {
    await openHome(config)
    return ok('The bucket of FILES_URL takes what is written.')
  } catch (error) {
    return fail(error instanceof Error ? error.message : 'The bucket of FILES_URL did not let us in.', 'See above.')
  }
}
