import { spawn } from 'node:child_process'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../../..')

/** A file of the repository as a process, with settings of its own and no others. */
export function runFile(file: string, settings: Record<string, string | undefined>) {
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, file)], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...settings },
  })
  const printed = { out: '', error: '' }
  child.stdout.on('data', (text: Buffer) => (printed.out += text.toString()))
  child.stderr.on('data', (text: Buffer) => (printed.error += text.toString()))
  const code = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, printed, code }
}
