import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { ACCOUNT_HEADER } from '../../shared/protocol/http.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Caller } from '../accounts/parts.ts'
import { isLoopback, toClientAddress } from '../accounts/client-address.ts'
import { toDeviceName } from '../accounts/device-name.ts'
import type { FoundSession } from '../accounts/session-cache.ts'
import { toSuspension } from '../accounts/suspension.ts'
import type { ProbeAnswer } from '../ops/doctor/probe.ts'
import type { AppParts } from './app-parts.ts'
import type { AppContext } from './context.ts'

export function toCaller(c: AppContext): Caller {
  return {
    address: toClientAddress(findPeer(c), c.req.header('x-forwarded-for')),
    device: toDeviceName(c.req.header('user-agent')),
    cookie: c.req.header('cookie'),
  }
}

/** The session of the cookie, unless the request says that it is somebody else's: cookies are shared by all tabs. */
export async function findCallerSession(
  accounts: Pick<Accounts, 'findSession'>,
  c: AppContext,
): Promise<FoundSession | undefined> {
  const session = await accounts.findSession(c.req.header('cookie'))
  const meant = c.req.header(ACCOUNT_HEADER)
  return meant === undefined || meant === session?.userId ? session : undefined
}

/** The session of the cookie, if its account may do something; otherwise why not. */
export async function admitCaller(
  { accounts, settings }: Pick<AppParts, 'accounts' | 'settings'>,
  c: AppContext,
): Promise<FoundSession | Refusal> {
  const session = await findCallerSession(accounts, c)
  if (session === undefined) {
    return refusal((await accounts.isErased(c.req.header('cookie'))) ? 'account_deleted' : 'not_signed_in')
  }
  return session.suspendedFor === undefined ? session : toSuspension(session.suspendedFor, settings.get('contact'))
}

/** Whether the browser came over https, so that its cookie never goes over anything else. */
export function isSecure(c: AppContext, config: { publicUrl: URL | undefined }): boolean {
  if (config.publicUrl !== undefined) return config.publicUrl.protocol === 'https:'
  return isLoopback(findPeer(c)) && c.req.header('x-forwarded-proto') === 'https'
}

/** Where our pages are, as the browser has it. */
export function findOrigin(c: AppContext, config: { publicUrl: URL | undefined }): string {
  return (
    config.publicUrl?.origin ?? `${isSecure(c, config) ? 'https' : 'http'}://${c.req.header('host') ?? 'localhost'}`
  )
}

/** How a request has come here, for whoever looks after the server. */
export function describeArrival(c: AppContext): ProbeAnswer {
  const header = (name: string) => c.req.header(name) ?? null
  const socket = c.env.incoming?.socket
  return {
    address: toCaller(c).address,
    peer: findPeer(c) ?? 'unknown',
    forwardedFor: header('x-forwarded-for'),
    forwardedProto: header('x-forwarded-proto'),
    isEncrypted: socket !== undefined && 'encrypted' in socket,
  }
}

function findPeer(c: AppContext): string | undefined {
  return c.env.incoming?.socket.remoteAddress
}
