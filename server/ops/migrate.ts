import { runCommand } from './run-command.ts'

await runCommand(async () => 'The database is up to date.')
