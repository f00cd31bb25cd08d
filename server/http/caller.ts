import type { Caller } from '../accounts/parts.ts'
import { isLoopback, toClientAddress } from '../accounts/client-address.ts'
import { toDeviceName } from '../accounts/device-name.ts'
import type { AppContext } from './context.ts'

export function toCaller(c: AppContext): Caller {
  return {
    address: toClientAddress(findPeer(c), c.req.header('x-forwarded-for')),
    device: toDeviceName(c.req.header('user-agent')),
  }
}

/** Whether the browser came over https, so that its cookie never goes over anything else. */
export function isSecure(c: AppContext, config: { publicUrl: URL | undefined }): boolean {
  if (config.publicUrl !== undefined) return config.publicUrl.protocol === 'https:'
  return isLoopback(findPeer(c)) && c.req.header('x-forwarded-proto') === 'https'
}

function findPeer(c: AppContext): string | undefined {
  return c.env.incoming?.socket.remoteAddress
}
