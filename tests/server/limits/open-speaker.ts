import { once } from 'node:events'
import * as v from 'valibot'
import { WebSocket } from 'ws'
import type { Command } from '../../../shared/protocol/commands.ts'
import { downFrame } from '../../../shared/protocol/down.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { createDownReader } from '../../../shared/protocol/packed/frames.ts'
import type { CommandResult } from '../../../shared/protocol/results.ts'
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'

/** A client that says commands over a real socket, whatever it is told. */
export interface Speaker {
  /** Sends all of them at once, and resolves with what came of each. */
  send(commands: readonly Command[]): Promise<CommandResult[]>
  close(): void
}

export async function openSpeaker(
  { port }: { port: number },
  { userId, cookie }: { userId: string; cookie: string },
  { version = PROTOCOL_VERSION } = {},
): Promise<Speaker> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/socket`, { headers: { cookie } })
  const reader = createDownReader(CAMPUS_LOG)
  const waiting = new Map<string, (result: CommandResult) => void>()
  const closed = once(socket, 'close').then(([code]) => {
    throw new Error(`the socket was closed: ${String(code)}`)
  })
  closed.catch(() => undefined)
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    const frame = v.parse(downFrame, reader.read(isBinary ? data : data.toString()))
    if (frame.type === 'result') waiting.get(frame.result.id)?.(frame.result)
  })
  await once(socket, 'open')
  const position = { log: CAMPUS_LOG, lineage: '', epoch: '', cursor: 0 }
  socket.send(JSON.stringify({ type: 'hello', protocol: version, account: userId, ...position }))
  return {
    async send(commands) {
      const results = commands.map(({ id }) => new Promise<CommandResult>((resolve) => waiting.set(id, resolve)))
      for (const command of commands) socket.send(JSON.stringify({ type: 'command', command }))
      return Promise.race([Promise.all(results), closed])
    },
    close: () => socket.close(),
  }
}
