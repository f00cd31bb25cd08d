import type { Accounts } from '../accounts/accounts.ts'
import type { FoundSession } from '../accounts/session-cache.ts'
import { guardGoverning } from '../commands/guard-governing.ts'
import { guardWords } from '../commands/guard-words.ts'
import type { Admit } from '../commands/submit.ts'
import type { Limits } from '../limits/limits.ts'
import type { Line } from '../limits/line.ts'
import { findRole } from '../operate/find-role.ts'
import type { Settings } from '../settings/settings.ts'
import type { Store } from '../store/store.ts'

/** Whether commands may go, before they come to the log: the same over HTTP as over a socket. `line` is of one connection. */
export type Admitting = (session: FoundSession, line: Line) => Admit

export function createAdmitting(parts: {
  store: Pick<Store, 'db'>
  limits: Pick<Limits, 'admit'>
  accounts: Pick<Accounts, 'passkeys'>
  settings: Pick<Settings, 'get'>
}): Admitting {
  const { store, limits, accounts, settings } = parts
  return (session, line) => {
    const admit = guardWords(
      guardGoverning(
        (asked) => limits.admit(session.userId, asked, line),
        () => accounts.passkeys.checkGoverning(session),
      ),
      () => settings.get('words'),
      () => findRole(store.db, session.userId),
    )
    // Some are asked about for longer than others: they go in the order in which they came all the same.
    return async (asked) => {
      const answer = admit(asked)
      const before = line.answered
      line.answered = Promise.allSettled([before, answer])
      await before
      return answer
    }
  }
}
