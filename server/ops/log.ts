import { type DestinationStream, type Logger, pino } from 'pino'

/**
 * JSON lines for the operator. What people wrote, their passwords and cookies never get here: an
 * error is reduced to where it happened. Messages of database errors quote values, and mysql2 hangs
 * the whole statement on them, so of those only the code is kept.
 */
export function createLog(destination?: DestinationStream): Logger {
  // A line may say a time of its own, which is coarser.
  const options = {
    base: null,
    serializers: { error: toLoggedError },
    timestamp: false,
    mixin: () => ({ time: Date.now() }),
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

interface LoggedError {
  type: string
  code?: string
  message?: string
  at?: string[]
  cause?: LoggedError
}

const STACK_LINES = 12

function toLoggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error }
  const ofDatabase = 'sql' in error || 'sqlMessage' in error || 'rawCode' in error
  return {
    type: error.name,
    ...('code' in error && { code: String(error.code) }),
    ...(!ofDatabase && { message: error.message }),
    at: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, STACK_LINES)
      .map((line) => line.trim()),
    ...(error.cause !== undefined && { cause: toLoggedError(error.cause) }),
  }
}
