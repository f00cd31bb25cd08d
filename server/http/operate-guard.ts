import { createMiddleware } from 'hono/factory'
import { refusal } from '../../shared/protocol/errors.ts'
import type { Role } from '../../shared/protocol/fields.ts'
import { findRole } from '../operate/find-role.ts'
import { answerRefusal } from './answers.ts'
import type { AppParts } from './app-parts.ts'
import type { Env } from './context.ts'

/** Lets in who is at least that, after `signedIn`. Asked of the database each time: a role may have been taken a moment ago. */
export function atLeast(role: Exclude<Role, 'member'>, { store, accounts }: Pick<AppParts, 'store' | 'accounts'>) {
  return createMiddleware<Env>(async (c, next) => {
    const found = await findRole(store.db, c.var.session.userId)
    if (found === 'operator' || found === role) {
      const refused = await accounts.passkeys.checkGoverning(c.var.session)
      return refused === undefined ? next() : answerRefusal(c, refused)
    }
    return answerRefusal(c, refusal('forbidden', `Only ${role}s may do that.`))
  })
}
