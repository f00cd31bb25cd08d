import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'

/** Logs what is a bug or the outside world, and returns the id under which its line is found. */
export type ReportError = (error: unknown) => string

/** What may be known of an error, and of when it happened. */
export interface Reported {
  error(error: unknown): unknown
  /** From and to milliseconds since 1970. */
  time(ms: number): number
}

const ALL: Reported = { error: (error) => error, time: (ms) => ms }

export function createReportError(log: Logger, now: () => number, reported: Reported = ALL): ReportError {
  return (error) => {
    const id = randomBytes(6).toString('hex')
    log.error({ time: reported.time(now()), id, error: reported.error(error) }, 'unexpected error')
    return id
  }
}

/** One that tells somebody else too; as it is where nobody wants to know. */
export function tellingOf(report: ReportError, tell: ((error: unknown) => void) | undefined): ReportError {
  if (tell === undefined) return report
  return (error) => {
    tell(error)
    return report(error)
  }
}
