import { toSessionCookie } from '../accounts/session-cookie.ts'
import type { SignedIn } from '../accounts/start-session.ts'
import type { AppParts } from './app-parts.ts'
import { isSecure } from './caller.ts'
import type { AppContext } from './context.ts'

/**
 * Gives a browser the cookies of who has just come in. Whoever was signed in there until now is so no more: their cookie is gone,
 * and what somebody copied of it opens nothing.
 */
export async function enterBrowser(
  c: AppContext,
  { accounts, config }: Pick<AppParts, 'accounts' | 'config'>,
  { token, me }: SignedIn,
): Promise<void> {
  const cookies = c.req.header('cookie')
  const before = await accounts.findSession(cookies)
  if (before !== undefined) await accounts.endSession(before.userId, before.sessionId)
  const secure = isSecure(c, config)
  c.header('set-cookie', toSessionCookie(token, secure), { append: true })
  c.header('set-cookie', accounts.renewDevice(cookies, me.user.id, secure), { append: true })
}
