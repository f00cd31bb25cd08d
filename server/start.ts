import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

// `npm start`: builds what is missing or older than its sources, then serves it.
const root = join(import.meta.dirname, '..')
const SOURCES = ['client', 'server', 'shared', 'migrations', 'package-lock.json', 'vite.config.ts']
/** The build writes the server last: when this file is there, all of it is. */
const BUILT = join(root, 'dist/server/main.js')

function changedAt(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 0
  if (!found.isDirectory()) return found.mtimeMs
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => changedAt(join(path, name))))
}

const sourcesAt = Math.max(...SOURCES.map((name) => changedAt(join(root, name))))
if (changedAt(BUILT) < sourcesAt) {
  console.log('Building ChatBox, which takes a few seconds …')
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit', shell: true })
  if (status !== 0) process.exit(1)
}
process.env.NODE_ENV ??= 'production'
await import(pathToFileURL(BUILT).href)
