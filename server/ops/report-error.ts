import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'

/** Logs what is a bug or the outside world, and returns the id under which its line is found. */
export type ReportError = (error: unknown) => string

export function createReportError(log: Logger): ReportError {
  return (error) => {
    const id = randomBytes(6).toString('hex')
    log.error({ id, error }, 'unexpected error')
    return id
  }
}
