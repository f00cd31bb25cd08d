import { randomBytes, randomUUID } from 'node:crypto'
import type * as v from 'valibot'
import type { Clock } from '../../shared/clock.ts'
import type { Invitation } from '../../shared/operate/http.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import type { Me, RegistrationAnswer, resetBody, WaysIn } from '../../shared/protocol/http.ts'
import type { Actor } from '../audit/audit.ts'
import type { Bus } from '../bus/bus.ts'
import { sessionsEnded, sessionsRenewed } from '../bus/channels.ts'
import type { Settings } from '../settings/settings.ts'
import type { Store } from '../store/store.ts'
import { checkPassword, proveByPassword } from './check-password.ts'
import { changePassword, type ChangePasswordBody } from './change-password.ts'
import type { Denied, Limited } from './denied.ts'
import { findMe } from './find-me.ts'
import type { SharedCounts } from './counter.ts'
import { createLimiter } from './limiter.ts'
import { NO_LIMITS } from '../limits/no-limits.ts'
import { createLimits, LIMITS, type LimitSettings, type NamedLimits } from './limits.ts'
import { claim, createClaimToken } from './claim.ts'
import { createDeviceCookies } from './device-cookie.ts'
import { sendEmailCode } from './email-codes.ts'
import { createInvitation, listInvitations, type NewInvitation, withdrawInvitation } from './invitations.ts'
import type { Mailer } from './mailer.ts'
import { createResetToken, resetPassword, sendResetLink } from './reset.ts'
import type { SessionToken } from './session-token.ts'
import type { Caller, Parts, RegisterUser, SetRole } from './parts.ts'
import { createPasswordHasher, type PasswordHasher } from './password-hasher.ts'
import { register, type RegisterBody } from './register.ts'
import type { FoundSession } from './session-cache.ts'
import { untilNextStep } from './session-life.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { signIn, type SignInBody } from './sign-in.ts'
import { createPasskeys, type Passkeys } from './passkeys/passkeys.ts'
import { createSso, type Sso } from './sso/sso.ts'
import type { SsoProvider } from './sso/provider.ts'
import type { SignedIn } from './start-session.ts'
import { findWaysIn } from './ways-in.ts'

type SessionCalls =
  | 'announceEnded'
  | 'reconsider'
  | 'findSession'
  | 'listSessions'
  | 'listAlive'
  | 'isErased'
  | 'endSession'
  | 'recordCursor'
  | 'recordLeft'

export interface Accounts extends Pick<Sessions, SessionCalls> {
  register(body: RegisterBody, caller: Caller): Promise<SignedIn | Denied>
  signIn(body: SignInBody, caller: Caller): Promise<SignedIn | Denied>
  /** Whoever asks is still signed in, with another token. */
  changePassword(
    session: FoundSession,
    body: ChangePasswordBody,
  ): Promise<{ kind: 'changed'; token: SessionToken } | Denied>
  /** Another password by a link, which ends all sessions but the one that it begins. */
  resetPassword(body: v.InferOutput<typeof resetBody>, caller: Caller): Promise<SignedIn | Denied>
  /** Sends such a link to whoever has this handle or address; says nothing of whether somebody has. */
  sendResetLink(text: string, caller: Caller): Promise<Limited | Refusal | undefined>
  createResetToken(actor: Actor, userId: string): Promise<string | Refusal>
  sendEmailCode(address: string, caller: Caller): Promise<Denied | undefined>
  /** How somebody may make an account. */
  getRegistration(): RegistrationAnswer
  createInvitation(actor: Actor, invitation: NewInvitation): Promise<{ id: string; token: string }>
  listInvitations(): Promise<Invitation[]>
  withdrawInvitation(actor: Actor, id: string): Promise<Refusal | undefined>
  /** What is behind the `#` of a link that makes whoever opens it an operator; undefined when there is one already. */
  createClaimToken(): Promise<string | undefined>
  /** Makes somebody who has an account the first operator. */
  claim(userId: string, token: string): Promise<Refusal | undefined>
  /** The value of a `Set-Cookie` header by which a device is known as one that somebody signed in on. */
  renewDevice(cookieHeader: string | undefined, userId: string, secure: boolean): string
  findMe(session: FoundSession): Promise<Me | undefined>
  /** Undefined when this is the password of whoever asks. */
  checkPassword(session: FoundSession, password: string): Promise<Denied | undefined>
  /** Ends all sessions of somebody who deletes their account. */
  eraseSessions(userId: string): Promise<void>
  /** How somebody gets into their account. */
  findWaysIn(userId: string): Promise<WaysIn>
  /** Shows again, with a password, whose session it is: what changes how one gets in asks for that. */
  proveByPassword(session: FoundSession, password: string): Promise<Denied | undefined>
  sso: Sso
  passkeys: Passkeys
  /** Somebody asks for people; says when that is too often. */
  takePeople(userId: string): Promise<Limited | undefined>
  /** Somebody reports something; says when that is too often. */
  takeReport(userId: string): Promise<Limited | undefined>
  /** Somebody takes along what they have here; says when that is too often. */
  takeExport(userId: string): Promise<Limited | undefined>
  /** Writes what is still in memory. */
  close(): Promise<void>
}

export interface AccountsOptions {
  store: Store
  bus: Pick<Bus, 'publish' | 'listen' | 'onResumed' | 'isShared' | 'isThere'>
  registerUser: RegisterUser
  /** How far the log of the campus is. */
  findHead: () => Promise<number>
  /** Undefined: limits are counted in this process alone. */
  redis: SharedCounts | undefined
  clock: Clock
  onError: (error: unknown) => void
  settings: Pick<Settings, 'get'>
  /** Undefined: no mail is sent. */
  mailer?: Mailer | undefined
  /** Undefined: there is no single sign-on. */
  ssoProvider?: SsoProvider | undefined
  /** What signs the cookies of devices; undefined is one that ends with this process. */
  deviceKey?: Uint8Array
  setRole: SetRole
  toLink: (hash: string) => string
  hasher?: PasswordHasher
  limits?: Partial<LimitSettings>
  /** What an operator sets by name; left out, nothing is limited so. */
  named?: NamedLimits
  /** Resolves once what has arrived by now is taken in. */
  nextTurn?: () => Promise<void>
}

/** There is one thread for it; what stands behind it is seen here. */
const HASHES_AT_ONCE = 1
/** Fifteen seconds of work or more; a client waits twenty for an answer. */
const HASHES_WAITING_MAX = 60

export function createAccounts(options: AccountsOptions): Accounts {
  const { store, bus, registerUser, clock, onError, hasher = createPasswordHasher() } = options
  const sessions = createSessions(store, bus, clock.now, options.findHead, options.nextTurn)
  const limits = createLimits({ ...LIMITS, ...options.limits }, options.redis, options.named ?? NO_LIMITS)
  const limiter = createLimiter(HASHES_AT_ONCE, HASHES_WAITING_MAX)
  const { settings, mailer, setRole, toLink, deviceKey = randomBytes(32) } = options
  const devices = createDeviceCookies(deviceKey)
  const parts: Parts = {
    ...{
      store,
      registerUser,
      hasher,
      limiter,
      limits,
      sessions,
      settings,
      clock,
      mailer,
      devices,
      setRole,
      toLink,
      onError,
    },
  }
  const sso = createSso(parts, options.ssoProvider)
  const dummyHash = hasher.hash(randomUUID())
  const stops = [
    bus.listen(sessionsRenewed, sessions.forget),
    bus.listen(sessionsEnded, sessions.forget),
    bus.onResumed(sessions.forgetAll),
  ]
  let stopTurning: () => void = () => undefined
  turn()

  /** At each beginning of a step, so that the time of writing tells no more than what is written. */
  function turn(): void {
    stopTurning = clock.after(untilNextStep(clock.now()), turn)
    void sessions.turn().catch(onError)
  }

  return {
    findSession: sessions.findSession,
    listSessions: sessions.listSessions,
    listAlive: sessions.listAlive,
    endSession: sessions.endSession,
    isErased: sessions.isErased,
    eraseSessions: sessions.erase,
    checkPassword: (session, password) => checkPassword(parts, session, password),
    reconsider: sessions.reconsider,
    recordCursor: sessions.recordCursor,
    recordLeft: sessions.recordLeft,
    register: (body, caller) => register(parts, body, caller),
    signIn: (body, caller) => signIn(parts, dummyHash, body, caller),
    changePassword: (session, body) => changePassword(parts, session, body),
    resetPassword: (body, caller) => resetPassword(parts, body, caller),
    sendResetLink: (text, caller) => sendResetLink(parts, text, caller),
    createResetToken: (actor, userId) => createResetToken(store, actor, userId, clock.now()),
    sendEmailCode: (address, caller) => sendEmailCode(parts, address, caller),
    getRegistration: () => ({
      mode: settings.get('registration'),
      domains: settings.get('registration') === 'email' ? settings.get('registrationDomains') : [],
      contact: settings.get('contact'),
      canReset: mailer !== undefined,
      ...withSso(sso.describe()),
    }),
    createInvitation: (actor, invitation) => createInvitation(store, actor, invitation, clock.now()),
    listInvitations: () => listInvitations(store.db),
    withdrawInvitation: (actor, id) => withdrawInvitation(store, actor, id, clock.now()),
    createClaimToken: () => createClaimToken(store, clock.now()),
    claim: (userId, token) => claim(parts, userId, token),
    renewDevice: devices.renew,
    takePeople: limits.takePeople,
    takeReport: limits.takeReport,
    takeExport: limits.takeExport,
    announceEnded: sessions.announceEnded,
    findMe: (session) => findMe(store.db, session),
    findWaysIn: (userId) => findWaysIn(parts, userId),
    proveByPassword: (session, password) => proveByPassword(parts, session, password),
    sso,
    passkeys: createPasskeys(parts),
    async close() {
      stopTurning()
      for (const stop of stops) stop()
      await sessions.flush()
    },
  }
}

/** What is not there is left out. */
function withSso(sso: RegistrationAnswer['sso']): Pick<RegistrationAnswer, 'sso'> {
  return sso === undefined ? {} : { sso }
}
