import type { AppHandler } from '../context.ts'

/** The page that a browser opens so that a captive portal shows its sign-in instead: who reads this is past the portal. */
export function wifi(): AppHandler {
  return (c) => c.text('You are connected. Close this tab, and go back to ChatBox.')
}
