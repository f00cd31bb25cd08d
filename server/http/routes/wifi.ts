import type { AppHandler } from '../context.ts'

/** Where somebody goes to sign in to a Wi-Fi that answers in the server's place: what they read once it does so no more. */
export function wifi(): AppHandler {
  return (c) => c.text('You are connected. Close this tab, and go back to ChatBox.')
}
