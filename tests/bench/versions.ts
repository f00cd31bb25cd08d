import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { ROOT } from '../support/server.ts'
import { RIVALS } from './lab.ts'

export interface Machine {
  cores: number
  cpu: string
  /** How many programs of others wanted a core as the run began: what is measured beside them is rough. */
  busy: number
  versions: Record<string, string>
}

const OURS = ['ws', 'mysql2', 'libsql', 'ioredis', 'hono', 'dexie']

/** What took part, so that figures of two days can be compared. */
export function describeMachine(): Machine {
  const dependencies = (path: string) =>
    v.parse(v.object({ dependencies: v.record(v.string(), v.string()) }), read(path)).dependencies
  const lock = v.parse(
    v.object({ packages: v.record(v.string(), v.looseObject({ version: v.optional(v.string(), '') })) }),
    read(join(ROOT, 'package-lock.json')),
  )
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? '',
    busy: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    versions: {
      node: process.version,
      linux: release(),
      mariadb: firstNumber('mariadbd', ['--version']),
      redis: firstNumber('redis-server', ['--version']),
      chromium: firstNumber(process.env.CHROMIUM ?? 'chromium', ['--version']),
      ...Object.fromEntries(OURS.map((name) => [name, lock.packages[`node_modules/${name}`]?.version ?? ''])),
      ...dependencies(join(RIVALS, 'package.json')),
    },
  }
}

/** The commit that was measured, marked when what was measured is not all in it. */
export function findCommit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()
  const isChanged = git('status', '--porcelain', '--untracked-files=no') !== ''
  return `${git('rev-parse', '--short=10', 'HEAD')}${isChanged ? '+' : ''}`
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function firstNumber(program: string, args: string[]): string {
  try {
    const said = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return /\d+(\.\d+)+/.exec(said)?.[0] ?? said.trim()
  } catch {
    return 'not installed'
  }
}
