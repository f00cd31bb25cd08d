import { type Allowance, createCounter, type SharedCounts } from './counter.ts'
import type { Limited } from './denied.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/**
 * How often somebody may be wrong: no setting, for it is what keeps passwords safe. A whole campus sits behind one address, so the numbers by address
 * are those of a lecture hall, and the tight one counts a handle from an address. The one by handle
 * alone stops guessing from many addresses; it is wide because it also lets a stranger keep the owner
 * out, for an hour at most.
 */
export const LIMITS = {
  signInByHandleAndAddress: { points: 10, withinMs: 15 * MINUTE_MS },
  signInByHandle: { points: 100, withinMs: HOUR_MS },
  signInByAddress: { points: 300, withinMs: 15 * MINUTE_MS },
  /** Of a device that this account signed in from before: tries that no stranger can use up. */
  signInByDevice: { points: 10, withinMs: 15 * MINUTE_MS },
  /** Mails that somebody has sent to an address, or from one. */
  mailByAddress: { points: 5, withinMs: HOUR_MS },
  mailByCaller: { points: 100, withinMs: HOUR_MS },
  /** Links to choose another password, right or wrong. */
  resetByAddress: { points: 100, withinMs: HOUR_MS },
  /** Of who goes to a single sign-on: as many as sign in, for nobody is wrong here. */
  passkeyByAddress: { points: 3_000, withinMs: 15 * MINUTE_MS },
  ssoByAddress: { points: 1_000, withinMs: 15 * MINUTE_MS },
  passwordChangeByUser: { points: 10, withinMs: 15 * MINUTE_MS },
} as const satisfies Record<string, Allowance>
export type LimitSettings = Record<keyof typeof LIMITS, Allowance>

/** What a sign-in takes is given back when it succeeds: only the failed ones count. */
export interface Limits {
  takeSignIn(handle: string, address: string): Promise<Limited | undefined>
  giveBackSignIn(handle: string, address: string): Promise<void>
  /** The same at the door of devices that signed in before. */
  takeDeviceSignIn(device: string): Promise<Limited | undefined>
  giveBackDeviceSignIn(device: string): Promise<void>
  /** A mail to whoever is behind `to`, that somebody at an address asks for. */
  takeMail(to: string, address: string): Promise<Limited | undefined>
  takeReset(address: string): Promise<Limited | undefined>
  takeRegistration(address: string): Promise<Limited | undefined>
  takeSso(address: string): Promise<Limited | undefined>
  takePasskey(address: string): Promise<Limited | undefined>
  takePasswordChange(userId: string): Promise<Limited | undefined>
  giveBackPasswordChange(userId: string): Promise<void>
  /** Somebody asks for people. */
  takePeople(userId: string): Promise<Limited | undefined>
  /** Somebody reports something. */
  takeReport(userId: string): Promise<Limited | undefined>
  /** Somebody takes along what they have here. */
  takeExport(userId: string): Promise<Limited | undefined>
}

/** What an operator sets by name, see `shared/operate/limits.ts`: undefined when there was enough. */
export interface NamedLimits {
  take(userId: string, name: 'searches' | 'reports' | 'exports', amount: number): Promise<Slowed | undefined>
  takeOf(of: string, name: 'registrationsByAddress' | 'registrations', amount: number): Promise<Slowed | undefined>
}
interface Slowed {
  retryAfterMs: number
}

export function createLimits(settings: LimitSettings, redis: SharedCounts | undefined, named: NamedLimits): Limits {
  const count = (name: keyof LimitSettings) => createCounter(name, settings[name], redis)
  const byBoth = count('signInByHandleAndAddress')
  const byAddress = count('signInByAddress')
  const byHandle = count('signInByHandle')
  const byDevice = count('signInByDevice')
  const mailsTo = count('mailByAddress')
  const mailsFrom = count('mailByCaller')
  const resets = count('resetByAddress')
  const passkeys = count('passkeyByAddress')
  const ssoStarts = count('ssoByAddress')
  const passwordChanges = count('passwordChangeByUser')
  const toLimited = (slowed: Slowed | undefined): Limited | undefined => slowed && { kind: 'limited', ...slowed }
  return {
    // In this order, the first that is used up ends it: who is stopped by address spends nothing of the handle's.
    takeSignIn: async (handle, address) =>
      (await byBoth.take(`${handle}@${address}`)) ?? (await byAddress.take(address)) ?? (await byHandle.take(handle)),
    async giveBackSignIn(handle, address) {
      await Promise.all([
        byBoth.giveBack(`${handle}@${address}`),
        byAddress.giveBack(address),
        byHandle.giveBack(handle),
      ])
    },
    takeDeviceSignIn: byDevice.take,
    giveBackDeviceSignIn: byDevice.giveBack,
    takeMail: async (to, address) => (await mailsFrom.take(address)) ?? (await mailsTo.take(to)),
    takeReset: resets.take,
    takeSso: ssoStarts.take,
    takePasskey: passkeys.take,
    async takeRegistration(address) {
      const byAddress = await named.takeOf(address, 'registrationsByAddress', 1)
      return toLimited(byAddress ?? (await named.takeOf('all', 'registrations', 1)))
    },
    takePasswordChange: passwordChanges.take,
    giveBackPasswordChange: passwordChanges.giveBack,
    takePeople: async (userId) => toLimited(await named.take(userId, 'searches', 1)),
    takeReport: async (userId) => toLimited(await named.take(userId, 'reports', 1)),
    takeExport: async (userId) => toLimited(await named.take(userId, 'exports', 1)),
  }
}
