import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  readonly folder: string
  /** Takes it away, with all that is on it. */
  remove(): void
}

/** A disk of its own of so many bytes, in memory; undefined where this user may mount none. */
export function mountSmallDisk(bytes: number): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmdirSync(folder)
    return undefined
  }
  // Lazily: a database that was closed may hold on to its files for a moment.
  const unmount = () => execFileSync('umount', ['-l', folder], { stdio: 'ignore' })
  // Also when the run is broken off.
  process.once('exit', unmount)
  return {
    folder,
    remove() {
      process.off('exit', unmount)
      unmount()
      rmdirSync(folder)
    },
  }
}
