import { spawn } from 'node:child_process'

// `npm run dev`: the server, started again on each change, and vite before it, which hands it /api.
const parts = ['tsx watch --clear-screen=false server/main.ts', 'vite'].map((command) =>
  spawn(command, { stdio: 'inherit', shell: true }),
)
const stop = () => {
  for (const part of parts) part.kill()
}
process.once('SIGINT', stop).once('SIGTERM', stop)
for (const part of parts) part.once('exit', stop)
