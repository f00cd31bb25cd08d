import { expect, test } from 'vitest'
import { checkRegistration, toFieldErrors } from '../../../../client/data/account/account-form.ts'

test('what a form lacks is said at its field, in a sentence', () => {
  expect(checkRegistration({ handle: 'a', name: ' ', password: 'short' })).toEqual({
    handle: 'The handle has fewer than 3 characters.',
    name: 'The name is empty.',
    password: 'The password has fewer than 8 characters.',
  })
  expect(checkRegistration({ handle: 'ann', name: 'Ann', password: 'long enough' })).toEqual({})
})

test('a refusal is shown at the field that it is about', () => {
  const refuse = (code: 'handle_taken' | 'wrong_credentials' | 'forbidden') =>
    toFieldErrors({ kind: 'refused', error: { code, message: 'No.' } })
  expect(refuse('handle_taken')).toEqual({ handle: 'No.' })
  expect(refuse('wrong_credentials')).toEqual({ password: 'No.' })
  expect(refuse('forbidden')).toEqual({ form: 'No.' })
})

test('too many tries says how long to wait', () => {
  const error = { code: 'too_many_tries' as const, message: 'Wait.', retryAfterMs: 30_500 }
  expect(toFieldErrors({ kind: 'refused', error })).toEqual({ form: 'Too many tries. Try again in 31 seconds.' })
})

test('a network that is not there is not the person’s fault', () => {
  expect(toFieldErrors({ kind: 'unreachable' }).form).toMatch(/cannot be reached/)
  expect(toFieldErrors({ kind: 'portal' }).form).toMatch(/Wi-Fi/)
})
