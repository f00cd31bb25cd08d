import { join } from 'node:path'
import { type Config, SettingError } from '../config.ts'
import { openFolderHome } from '../files/folder-home.ts'
import type { Store } from '../store/store.ts'
import { DEMO_PEOPLE } from './demo/people.ts'
import { DEMO_PASSWORD, fillDemo } from './demo/fill.ts'
import { DEMO_MESSAGES } from './demo/plan.ts'
import { runCommand } from './run-command.ts'

// `npm run demo`: fills a fresh embedded server, once, and says how to sign in; the server starts after it.

async function fill(store: Store, { dataDir, filesBucket }: Config): Promise<string> {
  if (store.kind !== 'sqlite') {
    throw new SettingError('The demo fills an embedded server. Run it without DATABASE_URL.')
  }
  if (filesBucket !== undefined) {
    throw new SettingError('The demo keeps its files in a folder. Run it without FILES_URL.')
  }
  const handles = await store.db.selectFrom('user').select('handle').execute()
  const isDemo = DEMO_PEOPLE.every(({ handle }) => handles.some((user) => user.handle === handle))
  if (handles.length > 0 && !isDemo) {
    throw new SettingError('There are people on this server already. Set DATA_DIR to an empty folder for the demo.')
  }
  if (!isDemo) {
    console.log('Filling a small campus with a year of messages and photos, which takes half a minute …')
    const onProgress = (done: number, total: number) => {
      if (process.stdout.isTTY) process.stdout.write(`\r${Math.round((100 * done) / total)} %\r`)
    }
    const home = await openFolderHome(join(dataDir, 'files'))
    await fillDemo(store, home, { now: Date.now(), messages: DEMO_MESSAGES, onProgress })
  }
  const [first] = DEMO_PEOPLE
  return [
    `Sign in as "${first?.handle}", who operates it, with the password "${DEMO_PASSWORD}".`,
    `Everybody else has the same password: ${DEMO_PEOPLE.slice(1, 8)
      .map(({ handle }) => handle)
      .join(', ')} …`,
  ].join('\n')
}

await runCommand(fill)
