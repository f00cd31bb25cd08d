import { runServer } from './ops/run-server.ts'
import { serve } from './serve.ts'

await runServer(serve)
