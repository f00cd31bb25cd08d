import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Role } from '../../shared/protocol/fields.ts'
import type { Settings } from '../settings/settings.ts'
import type { Store } from '../store/store.ts'
import type { Denied, Limited } from './denied.ts'
import type { DeviceCookies } from './device-cookie.ts'
import type { Mailer } from './mailer.ts'
import type { Limiter } from './limiter.ts'
import type { Limits } from './limits.ts'
import type { PasswordHasher } from './password-hasher.ts'
import type { Sessions } from './sessions.ts'

/** Writes somebody into the log, with the id as the command's own. Throws `StoreUnavailable`. */
export type RegisterUser = (user: { id: string; handle: string; name: string }) => Promise<{ seq: number } | Refusal>

/** What registering, signing in and changing a password are made of. */
export interface Parts {
  store: Store
  registerUser: RegisterUser
  hasher: PasswordHasher
  /** All hashing passes through here. */
  limiter: Limiter
  limits: Limits
  sessions: Sessions
  settings: Pick<Settings, 'get'>
  clock: Pick<Clock, 'now'>
  /** Undefined where no mail can be sent. */
  mailer: Mailer | undefined
  devices: DeviceCookies
  /** Gives somebody a role, as whoever sits at the server does. */
  setRole: SetRole
  /** The address of a page of this ChatBox with something behind its `#`. */
  toLink: (hash: string) => string
  onError: (error: unknown) => void
}

export type SetRole = (userId: string, role: Role) => Promise<Refusal | undefined>

/** Who asks, as far as limits and the list of sessions care. */
export interface Caller {
  address: string
  device: string
  /** The header with its cookies. */
  cookie?: string | undefined
}

/** So many wait for a hash that another would only wait in vain. */
export const BUSY: Limited = { kind: 'limited', retryAfterMs: 5_000 }
export const WRONG_CREDENTIALS: Denied = { kind: 'refused', refusal: refusal('wrong_credentials') }
