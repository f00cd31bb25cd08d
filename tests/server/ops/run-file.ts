import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'

export const ROOT = join(import.meta.dirname, '../../..')

/** The server as `npm run build` leaves it. */
export const MAIN = 'dist/server/main.js'

/** A file of the repository as a process, with settings of its own and no others. */
export function runFile(file: string, settings: Record<string, string | undefined>, args: readonly string[] = []) {
  const loader = file.endsWith('.ts') ? ['--import', 'tsx'] : []
  const child = spawn(process.execPath, [...loader, join(ROOT, file), ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...settings },
  })
  const printed = { out: '', error: '' }
  child.stdout.on('data', (text: Buffer) => (printed.out += text.toString()))
  child.stderr.on('data', (text: Buffer) => (printed.error += text.toString()))
  const code = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, printed, code }
}

/** It ends with one sentence for the operator, and says nothing else. */
export async function expectSentence(file: string, settings: Record<string, string | undefined>, sentence: RegExp) {
  const { printed, code } = runFile(file, settings)
  expect(await code).toBe(1)
  expect(printed.error).toMatch(sentence)
  expect(printed.error.trim().split('\n')).toHaveLength(1)
  expect(printed.out).toBe('')
}
