import { say } from './say.ts'

/** Whoever touched something learns why nothing happened. */
export function sayNotLoaded(): void {
  say('This did not load: the network went away. Try again when there is one.')
}

/** What came; or null, once that it did not was said and `onfail` called. */
export async function loadOrSay<Part>(loading: Promise<Part>, onfail: () => void): Promise<Part | null> {
  try {
    return await loading
  } catch {
    sayNotLoaded()
    onfail()
    return null
  }
}
