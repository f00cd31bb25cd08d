import { type Accounts, type AccountsOptions, createAccounts } from '../../../server/accounts/accounts.ts'
import type { Caller } from '../../../server/accounts/parts.ts'
import { createPasswordHasher, type PasswordHasher } from '../../../server/accounts/password-hasher.ts'
import { toSessionCookie } from '../../../server/accounts/session-cookie.ts'
import type { Store } from '../../../server/store/store.ts'
import type { Bus } from '../../../server/bus/bus.ts'
import { sessionsEnded } from '../../../server/bus/channels.ts'
import { registerUser, setRole } from '../../../server/commands/submit.ts'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import { type Campus, createCampus } from '../../support/campus.ts'
import { createFixedSettings } from '../../support/settings.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'

export const PASSWORD = 'correct horse'
export const CALLER: Caller = { address: '192.0.2.1', device: 'Firefox on Linux' }

/** Counts, and is fast. */
export function createCountingHasher(): PasswordHasher & { compares: number } {
  const real = createPasswordHasher(4)
  return {
    compares: 0,
    hash: (password) => real.hash(password),
    compare(password, hash) {
      this.compares += 1
      return real.compare(password, hash)
    },
  }
}

export interface OpenAccounts {
  accounts: Accounts
  campus: Campus
  clock: FakeClock
  hasher: ReturnType<typeof createCountingHasher>
  ended: string[]
  errors: unknown[]
  /** Registers somebody and returns their ids and the header by which their browser is known. */
  join(handle: string): Promise<{ userId: string; sessionId: string; cookie: string }>
  /** Another sign-in with the same password. */
  enter(handle: string, password?: string): Promise<{ userId: string; sessionId: string; cookie: string }>
}

type Options = Partial<Omit<AccountsOptions, 'bus'>> & { bus?: Bus }

export function openAccounts(store: Store, options: Options = {}): OpenAccounts {
  const clock = createFakeClock()
  // Each of these stands for a process that others reach.
  const bus = options.bus ?? { ...createMemoryBus(), isShared: true }
  const campus = createCampus({ store, bus })
  const hasher = createCountingHasher()
  const errors: unknown[] = []
  const ended: string[] = []
  bus.listen(sessionsEnded, (ids) => ended.push(...ids))
  const accounts = createAccounts({
    store,
    bus,
    redis: undefined,
    settings: createFixedSettings(),
    setRole: (userId, role) => setRole(campus.sequencer, userId, role),
    toLink: (hash) => `https://chat.example.edu/#${hash}`,
    clock,
    hasher,
    onError: (error) => errors.push(error),
    registerUser: (user) => registerUser(campus.sequencer, user),
    findHead: campus.head,
    ...options,
  })
  const toVisit = (outcome: Awaited<ReturnType<Accounts['signIn']>>) => {
    if (outcome.kind !== 'signed-in') throw new Error(`not signed in: ${JSON.stringify(outcome)}`)
    const [cookie = ''] = toSessionCookie(outcome.token, false).split(';')
    return { userId: outcome.me.user.id, sessionId: outcome.me.sessionId, cookie }
  }
  return {
    accounts,
    campus,
    clock,
    hasher,
    ended,
    errors,
    join: async (handle) => toVisit(await accounts.register({ handle, name: handle, password: PASSWORD }, CALLER)),
    enter: async (handle, password = PASSWORD) => toVisit(await accounts.signIn({ handle, password }, CALLER)),
  }
}
