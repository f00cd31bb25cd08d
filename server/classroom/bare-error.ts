/**
 * An error as it may be logged from a classroom: what kind it is and where it happened. Its message is
 * left out, and whatever else hangs on it, for a database's error repeats the values it was given.
 */
export function toBareError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('something that is no error was thrown')
  const code =
    'code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(error.code) ? error.code : ''
  const message = [error.constructor.name, code].filter((part) => part !== '').join(' ')
  const bare = error.cause === undefined ? new Error(message) : new Error(message, { cause: toBareError(error.cause) })
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line))
  bare.stack = [`Error: ${message}`, ...frames].join('\n')
  return bare
}
