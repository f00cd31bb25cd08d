import { spawn } from 'node:child_process'

// `npm run dev`: the server, started again on each change, and vite before it, which hands it /api.
const parts = [
  spawn('tsx', ['watch', '--clear-screen=false', 'server/main.ts'], { stdio: 'inherit' }),
  spawn('vite', [], { stdio: 'inherit' }),
]
const stop = () => {
  for (const part of parts) part.kill()
}
process.once('SIGINT', stop).once('SIGTERM', stop)
for (const part of parts) part.once('exit', stop)
