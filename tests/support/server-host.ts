import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from './free-port.ts'
import { QUICK_PASSWORDS, ROOT, type RunningServer } from './server.ts'

/**
 * One process that serves a campus of its own to each test, one after the other: what starting a process costs is
 * paid once. Each has a port, a folder and all parts of a server to itself, as built by `npm run build`.
 */
export interface ServerHost {
  open(): Promise<RunningServer>
  close(): Promise<void>
}

/** As `host-servers.mjs` takes them; a server is closed by the id of the request that opened it. */
type Request = { open: { port: number; dataDir: string } } | { close: number }
interface Answer {
  id: number
  error?: string
}

export async function startServerHost(): Promise<ServerHost> {
  const host = spawn(process.execPath, ['--import', QUICK_PASSWORDS, join(import.meta.dirname, 'host-servers.mjs')], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const killAtExit = () => host.kill('SIGKILL')
  process.once('exit', killAtExit)
  const ended = new Promise<void>((resolve) => host.once('exit', () => resolve()))
  const asked = new Map<number, (answer: Answer) => void>()
  host.on('message', (answer: Answer) => asked.get(answer.id)?.(answer))
  host.once('exit', () => {
    for (const [id, answer] of asked) answer({ id, error: 'the process of the servers ended' })
  })
  let requests = 0

  /** Resolves with the id of the request. Throws what the server says. */
  async function ask(request: Request): Promise<number> {
    const id = ++requests
    const { error } = await new Promise<Answer>((resolve) => {
      asked.set(id, resolve)
      host.send({ id, ...request })
    })
    asked.delete(id)
    if (error !== undefined) throw new Error(error)
    return id
  }

  return {
    async open() {
      const port = await findFreePort()
      const dataDir = mkdtempSync(join(tmpdir(), 'chatbox-server-'))
      let opened: number | undefined = await ask({ open: { port, dataDir } })
      const stop = async () => {
        const open = opened
        opened = undefined
        if (open !== undefined) await ask({ close: open })
      }
      return {
        url: `http://127.0.0.1:${port}`,
        port,
        dataDir,
        stop,
        async dispose() {
          await stop()
          rmSync(dataDir, { recursive: true, force: true })
        },
      }
    },
    async close() {
      host.kill('SIGTERM')
      await ended
      process.off('exit', killAtExit)
    },
  }
}
