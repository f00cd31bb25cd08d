import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The programs that the suites start, and Debian's package of each. */
const PACKAGES = [
  { name: 'mariadb-server', programs: ['mariadbd', 'mariadb-install-db', 'mariadb', 'mariadb-dump'] },
  { name: 'redis-server', programs: ['redis-server'] },
  { name: 'sqlite3', programs: ['sqlite3'] },
  { name: 'chromium', programs: ['chromium'] },
  { name: 'prometheus', programs: ['promtool'] },
  { name: 'nginx-light', programs: ['nginx'] },
  { name: 'caddy', programs: ['caddy'] },
  { name: 'openssl', programs: ['openssl'] },
]
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']

/** Installs what is missing where it can, on Debian as root; elsewhere says how to, and answers false. */
export function installPackages(): boolean {
  const missing = PACKAGES.filter(({ programs }) => !programs.every(isInstalled)).map(({ name }) => name)
  if (missing.length === 0) return true
  const names = missing.join(' ')
  if (!isDebian() || process.getuid?.() !== 0) {
    console.error(`The tests need ${names}, which are not installed here. Install them and run the tests again:`)
    console.error(`  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names}`)
    return false
  }
  console.log(`The tests need ${names}, which are not installed here: installing them from Debian’s packages …`)
  const done = aptGet('update') && aptGet('install', '-y', '--no-install-recommends', ...missing)
  if (!done) console.error('apt-get failed, see above. The tests cannot run without these packages.')
  return done
}

function isInstalled(program: string): boolean {
  if (program === 'chromium' && process.env.CHROMIUM !== undefined) return existsSync(process.env.CHROMIUM)
  return FOLDERS.some((folder) => existsSync(join(folder, program)))
}

function isDebian(): boolean {
  return existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
}

function aptGet(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0
}
