import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'

export interface AnotherBuild {
  /** What a server has to be started with to serve it. */
  readonly root: string
  remove(): void
}

const BUILT = join(import.meta.dirname, '../../../dist/client')
const TEXT = new Set(['.js', '.css', '.html'])
/** The newest version in `client/sync/database.ts`. */
const SCHEMA = /\.version\(2\)\.stores\(\{users:/

/**
 * The app as built, made into another version of itself: the page says so in `data-build`, and every
 * hashed script and style sheet has another name. With `database` its code also asks for that version
 * of each account's database, which has one store more.
 */
export function buildAnother(name: string, { database }: { database?: number } = {}): AnotherBuild {
  const root = mkdtempSync(join(tmpdir(), 'chatbox-build-'))
  const folder = join(root, 'dist/client')
  cpSync(BUILT, folder, { recursive: true })
  const hashed = readdirSync(join(folder, 'assets')).filter((file) => TEXT.has(extname(file)))
  const names = new RegExp(hashed.map((file) => file.replaceAll('.', '\\.')).join('|'), 'g')
  let schemas = 0

  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, file)
    if (!TEXT.has(extname(file))) continue
    let text = readFileSync(path, 'utf8').replace(names, (old) => rename(old, name))
    if (file === 'index.html') text = text.replace('<html', `<html data-build="${name}"`)
    if (file === 'sw.js') text = text.replace(/("revision":")[0-9a-f]{32}(","url":"index.html")/, `$1${name}$2`)
    if (database !== undefined && SCHEMA.test(text)) {
      text = text.replace(SCHEMA, `.version(${database}).stores({more:\`id\`,users:`)
      schemas += 1
    }
    writeFileSync(path, text)
    if (hashed.includes(basename(file))) renameSync(path, join(folder, 'assets', rename(basename(file), name)))
  }
  // The page and the service worker each have the schema in them.
  if (database !== undefined && schemas !== 2) throw new Error(`the schema was found in ${schemas} files`)
  return { root, remove: () => rmSync(root, { recursive: true }) }
}

function rename(file: string, name: string): string {
  return file.replace(/(\.\w+)$/, `-${name}$1`)
}
