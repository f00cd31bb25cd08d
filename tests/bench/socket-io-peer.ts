import { join } from 'node:path'
import type { Lab } from './lab.ts'

/** Somebody in a room of socket.io's server, through socket.io's own client. */
export interface SocketIoPeer {
  /** The texts that came, in the order in which they came. */
  received: readonly string[]
  send(text: string): void
  close(): void
}

type OpenPeer = (port: number, who: { userId: string; conversationId: string }) => Promise<SocketIoPeer>

/** Resolves when they are connected. */
export async function openSocketIoPeer(lab: Lab, port: number, userId: string): Promise<SocketIoPeer> {
  const { openPeer } = (await import(join(lab.rivals(), 'socket-io-peer.mjs'))) as { openPeer: OpenPeer }
  return openPeer(port, { userId, conversationId: 'everyone' })
}
