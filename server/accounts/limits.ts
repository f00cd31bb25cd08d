import { type Allowance, createCounter, type SharedCounts } from './counter.ts'
import type { Limited } from './denied.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/**
 * How often somebody may be wrong. A whole campus sits behind one address, so the numbers by address
 * are those of a lecture hall, and the tight one counts a handle from an address. The one by handle
 * alone stops guessing from many addresses; it is wide because it also lets a stranger keep the owner
 * out, for an hour at most.
 */
export const LIMITS = {
  signInByHandleAndAddress: { points: 10, withinMs: 15 * MINUTE_MS },
  signInByHandle: { points: 100, withinMs: HOUR_MS },
  signInByAddress: { points: 300, withinMs: 15 * MINUTE_MS },
  registrationByAddress: { points: 500, withinMs: HOUR_MS },
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
  /** Of who looks for others: a search for each word typed, by somebody who types fast on several devices. */
  peopleByUser: { points: 300, withinMs: MINUTE_MS },
  /** Of what somebody thinks that a moderator should see. */
  reportsByUser: { points: 50, withinMs: 24 * HOUR_MS },
  /** Of everything that somebody has here, which may be gigabytes. */
  exportsByUser: { points: 5, withinMs: 24 * HOUR_MS },
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

export function createLimits(settings: LimitSettings, redis: SharedCounts | undefined): Limits {
  const count = (name: keyof LimitSettings) => createCounter(name, settings[name], redis)
  const byBoth = count('signInByHandleAndAddress')
  const byAddress = count('signInByAddress')
  const byHandle = count('signInByHandle')
  const byDevice = count('signInByDevice')
  const mailsTo = count('mailByAddress')
  const mailsFrom = count('mailByCaller')
  const resets = count('resetByAddress')
  const registrations = count('registrationByAddress')
  const passkeys = count('passkeyByAddress')
  const ssoStarts = count('ssoByAddress')
  const passwordChanges = count('passwordChangeByUser')
  const people = count('peopleByUser')
  const reports = count('reportsByUser')
  const exported = count('exportsByUser')
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
    takeRegistration: registrations.take,
    takeSso: ssoStarts.take,
    takePasskey: passkeys.take,
    takePasswordChange: passwordChanges.take,
    giveBackPasswordChange: passwordChanges.giveBack,
    takePeople: people.take,
    takeReport: reports.take,
    takeExport: exported.take,
  }
}
