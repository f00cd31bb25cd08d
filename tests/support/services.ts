import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findFreePort } from './free-port.ts'
import { waitFor } from './wait-for.ts'

export interface Service {
  readonly url: string
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

const isRoot = process.getuid?.() === 0

/**
 * A MariaDB of its own in a temporary folder. The settings that ChatBox must not rest on are set
 * against it: no strict mode, a weaker isolation, latin1. It waits for no disk, as it need not outlive
 * the machine. `options` are for what one test needs besides.
 */
export async function startMariadb(options: readonly string[] = []): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-mariadb-'))
  const data = join(folder, 'data')
  const asUser = isRoot ? ['--user=root'] : []
  await promisify(execFile)('mariadb-install-db', [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    ...asUser,
  ])
  const users = join(folder, 'users.sql')
  writeFileSync(users, `grant all on *.* to 'chatbox'@'%' identified by 'chatbox' with grant option;\n`)
  const service = await startProgram(folder, (port) => [
    'mariadbd',
    '--no-defaults',
    ...asUser,
    `--datadir=${data}`,
    // One that starts removes all temporary tables that it finds in its folder, also those of another one.
    `--tmpdir=${folder}`,
    `--init-file=${users}`,
    `--socket=${join(folder, 'socket')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--skip-name-resolve',
    '--max-connections=1000',
    '--innodb-flush-log-at-trx-commit=2',
    '--innodb-flush-method=nosync',
    '--innodb-doublewrite=0',
    '--skip-sync-frm',
    // Nor for what it notes of each table that is made or dropped, which is most of what a test's own database takes.
    '--loose-debug-no-sync',
    // A file for each table of each test, and what is learned of tables for later, cost more than the tests themselves.
    '--innodb-file-per-table=0',
    '--innodb-stats-persistent=0',
    '--innodb-adaptive-hash-index=0',
    '--innodb-log-file-size=64M',
    '--sql-mode=',
    '--transaction-isolation=READ-COMMITTED',
    '--character-set-server=latin1',
    ...options,
  ])
  return { ...service, url: `mysql://chatbox:chatbox@127.0.0.1:${service.port}` }
}

/** A Redis of its own that keeps nothing. */
export async function startRedis(port?: number): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-redis-'))
  const command = (at: number) => ['redis-server', '--bind', '127.0.0.1', '--port', String(at)]
  const service = await startProgram(
    folder,
    (at) => [...command(at), '--save', '', '--appendonly', 'no', '--dir', folder],
    port,
  )
  return { ...service, url: `redis://127.0.0.1:${service.port}` }
}

/**
 * The program runs beneath a shell that reads from us. When we close that pipe, or are gone in
 * whatever way, the shell reads an end, stops the program and removes its folder: nothing is left
 * behind by a run that was interrupted or killed. `detached` keeps it out of reach of Ctrl-C.
 */
const KEEPER = `
  folder=$1; shift
  "$@" >"$folder/output" 2>&1 </dev/null &
  echo $!
  read -r _
  kill $! 2>/dev/null
  wait
  rm -rf "$folder"
`

/** A program of its own, in a folder that goes when it ends; resolves when it takes connections. */
export async function startProgram(folder: string, command: (port: number) => string[], fixedPort?: number) {
  const port = fixedPort ?? (await findFreePort())
  const [program = '', ...args] = command(port)
  const keeper = spawn('sh', ['-c', KEEPER, 'keeper', folder, program, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => keeper.once('exit', () => resolve()))
  const stop = async () => {
    keeper.stdin.end()
    await ended
  }
  const pid = await new Promise<number>((resolve) =>
    keeper.stdout.once('data', (line: Buffer) => resolve(Number(line.toString()))),
  )
  try {
    await waitFor(`${program} on port ${port}`, () => answers(port))
  } catch (error) {
    const output = readFileSync(join(folder, 'output'), 'utf8').slice(-2_000)
    await stop()
    throw new Error(`${program} did not start:\n${output}`, { cause: error })
  }
  return { port, pid, stop }
}

/** Redis accepts and waits for us to speak; MariaDB greets. To both an accepted connection means "ready". */
function answers(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(undefined))
  })
}
