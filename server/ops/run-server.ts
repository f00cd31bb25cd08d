import type { Logger } from 'pino'
import { type Config, readConfig } from '../config.ts'
import { createLog } from './log.ts'
import { toStartSentence } from './start-error.ts'

export interface RunningServer {
  port: number
  /** What is behind the `#` of the link that makes whoever opens it an operator; undefined when there is one. */
  claimToken: string | undefined
  /** Finishes what was begun, and keeps all that was acknowledged. */
  stop(): Promise<void>
}

/** A server as a process: its settings, its one line for the operator, its signals. */
export async function runServer(start: (config: Config, log: Logger) => Promise<RunningServer>): Promise<void> {
  let config: Config | undefined
  try {
    config = readConfig()
    const server = await start(config, createLog())
    const address = toAddress(config, server)
    process.stdout.write(`ChatBox is ready at ${address}\n`)
    if (server.claimToken !== undefined) process.stdout.write(toClaimLine(address, server.claimToken))
    stopOnSignal(server)
  } catch (error) {
    process.stderr.write(`${toStartSentence(error, config)}\n`)
    process.exit(1)
  }
}

function toClaimLine(address: string, token: string): string {
  return `Whoever opens this link within an hour operates it: ${address}#claim=${token}\n`
}

function toAddress({ publicUrl, host }: Config, { port }: RunningServer): string {
  if (publicUrl !== undefined) return publicUrl.href
  const isLocal = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)
  return `http://${isLocal ? 'localhost' : host}:${port}/`
}

/** The first signal lets everything end in order; a second one does not wait for that. */
function stopOnSignal(server: RunningServer): void {
  let stopping = false
  const stop = () => {
    if (stopping) process.exit(1)
    stopping = true
    server.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
