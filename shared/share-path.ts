/** Where other apps send what they share with the installed app, and where a page of it shows that. */
export const SHARE_PATH = '/share'

/**
 * Why nothing was kept of what was shared: it did not come, this device has no room for it, or its storage failed. The
 * page's address says it.
 */
export const SHARE_PROBLEMS = ['missed', 'no-room', 'not-kept'] as const
export type ShareProblem = (typeof SHARE_PROBLEMS)[number]

export function toProblemPath(problem: ShareProblem): string {
  return `${SHARE_PATH}?problem=${problem}`
}

/** Undefined where an address tells of none. */
export function findProblem(address: string): ShareProblem | undefined {
  const said = new URL(address, 'http://localhost').searchParams.get('problem')
  return SHARE_PROBLEMS.find((problem) => problem === said)
}
