import { beginEpoch } from './begin-epoch.ts'
import { runCommand } from './run-command.ts'

await runCommand(async (store) => {
  await beginEpoch(store)
  return 'A new epoch has begun: clients will pull afresh and offer again what the restored backup has lost.'
})
