import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** The kernel counts a process's time in hundredths of a second, on every machine that Node runs on. */
const TICKS_PER_SECOND = 100

/** What a process and all its threads have computed so far, in seconds of one core. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name stands in brackets and may hold anything; what follows it are numbers.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** What a process holds in memory, in bytes. */
export function residentBytes(pid: number): number {
  const [, kilobytes = ''] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

/** How many open files a process of ours may have. */
export function openFilesMax(): number {
  const [, soft = '0'] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
  return soft === 'unlimited' ? Infinity : Number(soft)
}

export interface RunningProcess {
  pid: number
  port: number
  stop(): Promise<void>
}

/** Starts a program that prints `ready <port>` when it answers. */
export async function startProgram(
  path: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<RunningProcess> {
  const child = spawn(process.execPath, [...args, path], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const killAtExit = () => child.kill('SIGKILL')
  process.once('exit', killAtExit)
  let output = ''
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const port = await new Promise<number>((resolve, reject) => {
    const hear = (text: Buffer) => {
      output += text.toString()
      const [, found] = /^ready (\d+)$/m.exec(output) ?? []
      if (found !== undefined) resolve(Number(found))
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    void ended.then(() => reject(new Error(`${path} ended:\n${output.slice(-2_000)}`)))
  })
  return {
    pid: child.pid ?? 0,
    port,
    async stop() {
      process.off('exit', killAtExit)
      child.kill('SIGKILL')
      await ended
    },
  }
}
