import { type Config, readConfig } from '../config.ts'
import type { Store } from '../store/store.ts'
import { openStore } from './open-store.ts'
import { toStartSentence } from './start-error.ts'

/** Runs one command of an operator on the configured database, its schema brought up to date, and says how it went. */
export async function runCommand(work: (store: Store, config: Config) => Promise<string>): Promise<void> {
  let config: Config | undefined
  try {
    config = readConfig()
    const store = openStore(config)
    try {
      await store.migrate()
      console.log(await work(store, config))
    } finally {
      await store.close()
    }
  } catch (error) {
    console.error(toStartSentence(error, config))
    process.exitCode = 1
  }
}
