import { randomUUID } from 'node:crypto'
import type { Clock } from '../../shared/clock.ts'
import type { Me } from '../../shared/protocol/http.ts'
import type { Bus } from '../bus/bus.ts'
import { sessionsEnded } from '../bus/channels.ts'
import type { Settings } from '../settings/settings.ts'
import type { Store } from '../store/store.ts'
import { changePassword, type ChangePasswordBody } from './change-password.ts'
import type { Denied, Limited } from './denied.ts'
import { findMe } from './find-me.ts'
import type { SharedCounts } from './counter.ts'
import { createLimiter } from './limiter.ts'
import { createLimits, LIMITS, type LimitSettings } from './limits.ts'
import type { Caller, Parts, RegisterUser } from './parts.ts'
import { createPasswordHasher, type PasswordHasher } from './password-hasher.ts'
import { register, type RegisterBody } from './register.ts'
import type { FoundSession } from './session-cache.ts'
import { untilNextStep } from './session-life.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { signIn, type SignInBody } from './sign-in.ts'
import type { SignedIn } from './start-session.ts'

type SessionCalls =
  | 'announceEnded'
  | 'reconsider'
  | 'findSession'
  | 'listSessions'
  | 'listAlive'
  | 'endSession'
  | 'recordCursor'
  | 'recordLeft'

export interface Accounts extends Pick<Sessions, SessionCalls> {
  register(body: RegisterBody, caller: Caller): Promise<SignedIn | Denied>
  signIn(body: SignInBody, caller: Caller): Promise<SignedIn | Denied>
  changePassword(session: FoundSession, body: ChangePasswordBody): Promise<{ kind: 'changed' } | Denied>
  findMe(session: FoundSession): Promise<Me | undefined>
  /** Somebody asks for people; says when that is too often. */
  takePeople(userId: string): Promise<Limited | undefined>
  /** Somebody reports something; says when that is too often. */
  takeReport(userId: string): Promise<Limited | undefined>
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
  hasher?: PasswordHasher
  limits?: Partial<LimitSettings>
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
  const limits = createLimits({ ...LIMITS, ...options.limits }, options.redis)
  const limiter = createLimiter(HASHES_AT_ONCE, HASHES_WAITING_MAX)
  const parts: Parts = { store, registerUser, hasher, limiter, limits, sessions, settings: options.settings }
  const dummyHash = hasher.hash(randomUUID())
  const stops = [bus.listen(sessionsEnded, sessions.forget), bus.onResumed(sessions.forgetAll)]
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
    reconsider: sessions.reconsider,
    recordCursor: sessions.recordCursor,
    recordLeft: sessions.recordLeft,
    register: (body, caller) => register(parts, body, caller),
    signIn: (body, caller) => signIn(parts, dummyHash, body, caller),
    changePassword: (session, body) => changePassword(parts, session, body),
    takePeople: limits.takePeople,
    takeReport: limits.takeReport,
    announceEnded: sessions.announceEnded,
    findMe: (session) => findMe(store.db, session),
    async close() {
      stopTurning()
      for (const stop of stops) stop()
      await sessions.flush()
    },
  }
}
