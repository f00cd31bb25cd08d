import { createContext } from 'svelte'
import type { Api } from '../sync/api.ts'
import type { Session } from '../data/session.ts'
import type { Environment } from '../sync/environment.ts'
import type { Route } from '../router.ts'
import type { Navigation } from './navigation.svelte.ts'

export interface Context {
  session: Session
  navigation: Navigation<Route>
  environment: Environment
  /** For what needs no session, such as signing in again. */
  api: Api
}

export const [getContext, setContext] = createContext<Context>()
