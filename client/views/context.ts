import { createContext } from 'svelte'
import type { Session } from '../data/session.ts'
import type { Navigation } from './navigation.svelte.ts'

export interface Context {
  session: Session
  navigation: Navigation
  /** Tries to reach the server now. */
  wake(): void
}

export const [getContext, setContext] = createContext<Context>()
