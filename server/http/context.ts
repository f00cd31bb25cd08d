import type { HttpBindings } from '@hono/node-server'
import type { Context, Handler } from 'hono'
import type { FoundSession } from '../accounts/session-cache.ts'

/**
 * What a handler finds in its context: Node's own request, and who asks. The bindings are not there
 * when a test calls the app as a function.
 */
export interface Env {
  Bindings: Partial<HttpBindings>
  Variables: { session: FoundSession }
}
export type AppContext = Context<Env>
export type AppHandler = Handler<Env>
