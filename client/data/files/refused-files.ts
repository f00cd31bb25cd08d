import { ERRORS } from '../../../shared/protocol/errors.ts'
import type { Upload } from '../../sync/database.ts'

type Problem = Pick<Upload, 'problem'>

/** Whether a file cannot go up, however often it is tried. */
export function isRefused({ problem }: Problem): boolean {
  return problem !== null && !ERRORS[problem.code].retry
}

/** Whether some of these files of a message, or an answer, are refused, and something is left of it without them. */
export function isPartlyRefused(text: string, files: readonly Problem[]): boolean {
  const refused = files.filter(isRefused).length
  return refused > 0 && (refused < files.length || text !== '')
}
