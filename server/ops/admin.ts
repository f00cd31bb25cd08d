import { COMMANDS } from './admin/commands.ts'
import { runAdmin } from './admin/run.ts'

// `npm run admin -- <command>`: what an operator does at the server itself, while it runs or not.
process.exitCode = await runAdmin(COMMANDS, process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  now: Date.now,
})
