import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findFreePort } from './free-port.ts'
import { waitFor } from './wait-for.ts'

export interface ServerOptions {
  /** The same port and folder start a server again after it was stopped or killed. */
  port?: number
  dataDir?: string
  databaseUrl?: string
  redisUrl?: string
  publicUrl?: string
  /** The folder whose `dist/client` it serves: another build of the app. */
  root?: string
  /** What an operator set beside these, by the name of each setting. */
  settings?: Readonly<Record<string, string>>
  /** Another server than the one of `npm run build`. */
  main?: string
  /** Passwords are hashed as for users, which takes a while. */
  hasSlowPasswords?: boolean
  /** How long it may take to answer; half a minute where it has nothing to read. */
  withinMs?: number
}

export interface RunningServer {
  readonly url: string
  readonly port: number
  readonly dataDir: string
  stop(): Promise<void>
  /** Stops it and removes its folder. */
  dispose(): Promise<void>
}

export interface ServerProcess extends RunningServer {
  readonly pid: number
  /** What the process has printed so far. */
  output(): string
  kill9(): Promise<void>
}

export const ROOT = join(import.meta.dirname, '../..')
export const QUICK_PASSWORDS = pathToFileURL(join(import.meta.dirname, 'quick-passwords.mjs')).href

/** A server process of its own, as built by `npm run build`, with quick passwords; resolves when it answers. */
export async function startServer(options: ServerOptions = {}): Promise<ServerProcess> {
  const port = options.port ?? (await findFreePort())
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'chatbox-server-'))
  const server = spawn(
    process.execPath,
    [
      ...(options.hasSlowPasswords === true ? [] : ['--import', QUICK_PASSWORDS]),
      options.main ?? join(ROOT, 'dist/server/main.js'),
    ],
    {
      cwd: options.root ?? ROOT,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        PORT: String(port),
        DATA_DIR: dataDir,
        DATABASE_URL: options.databaseUrl,
        REDIS_URL: options.redisUrl,
        PUBLIC_URL: options.publicUrl,
        // Tests send in a moment what people send in days: who asks about limits sets them.
        LIMITS: 'off',
        ...options.settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
  let isRunning = true
  const ended = new Promise<void>((resolve) =>
    server.once('exit', () => {
      isRunning = false
      resolve()
    }),
  )
  const killAtExit = () => server.kill('SIGKILL')
  process.once('exit', killAtExit)
  const end = async (signal: NodeJS.Signals) => {
    server.kill(signal)
    await ended
    process.off('exit', killAtExit)
  }

  const url = `http://127.0.0.1:${port}`
  try {
    await waitFor(
      `an answer of ${url}/api/health`,
      () => {
        if (!isRunning) throw new Error('the server ended')
        return fetch(`${url}/api/health`).then(
          (answer) => (answer.ok ? true : undefined),
          () => undefined,
        )
      },
      options.withinMs,
    )
  } catch (error) {
    await end('SIGKILL')
    throw new Error(`The server did not start:\n${output}`, { cause: error })
  }
  return {
    url,
    port,
    dataDir,
    pid: server.pid ?? 0,
    output: () => output,
    stop: () => end('SIGTERM'),
    kill9: () => end('SIGKILL'),
    async dispose() {
      if (isRunning) await end('SIGTERM')
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
