import type { ShareProblem } from '../../../shared/share-path.ts'

/** Why nothing was kept of what was shared, and what one can do. */
export const PROBLEM_WORDS: Readonly<Record<ShareProblem, string>> = {
  missed: 'What you shared did not reach ChatBox. Share it once more.',
  'no-room': 'This device has no room for what you shared. Free some space, then share it once more.',
  'not-kept': 'This device could not store what you shared. Close all tabs of ChatBox, then share it once more.',
}
