import { type ErrorCode, ERRORS } from '../../../shared/protocol/errors.ts'

/** Why somebody came back without being signed in, in a sentence. */
export function describeReturn({ code }: { code: string }): string {
  const isKnown = (one: string): one is ErrorCode => one in ERRORS
  return isKnown(code) ? ERRORS[code].sentence : 'Single sign-on did not work. Try again.'
}
