import { expect, test } from 'vitest'
import { fromCookieHeader, toEndedCookie, toSessionCookie } from '../../../server/accounts/session-cookie.ts'
import { createToken, toTokenText } from '../../../server/accounts/session-token.ts'

const id = '01900000-0000-7000-8000-000000000001'
const token = createToken(id)
const text = toTokenText(token)

test('the cookie is out of reach of scripts, other sites and other paths', () => {
  expect(toSessionCookie(token, false)).toBe(
    `chatbox_session=${text}; Max-Age=5184000; Path=/api; HttpOnly; SameSite=Lax`,
  )
  expect(toSessionCookie(token, true)).toContain('; Secure')
  expect(toEndedCookie(false)).toBe('chatbox_session=; Max-Age=0; Path=/api; HttpOnly; SameSite=Lax')
})

test('every token has a secret of its own', () => {
  expect(createToken(id).secret).not.toBe(token.secret)
})

const headers: [name: string, header: string | undefined, found: boolean][] = [
  ['the cookie alone', `chatbox_session=${text}`, true],
  ['the cookie among others', `a=b; chatbox_session=${text}; c=d`, true],
  ['no header', undefined, false],
  ['another cookie', `session=${text}`, false],
  ['nothing in it', 'chatbox_session=', false],
  ['no secret', `chatbox_session=${id}`, false],
  ['a short secret', `chatbox_session=${text.slice(0, -1)}`, false],
  ['a third part', `chatbox_session=${text}.x`, false],
  ['an id that is none', `chatbox_session=x' or 1=1.${token.secret}`, false],
  ['half a percent escape', 'chatbox_session=%E0%A4%A', false],
  ['a megabyte', `chatbox_session=${'x'.repeat(1_000_000)}`, false],
]

test.each(headers)('a header with %s', (_, header, found) => {
  expect(fromCookieHeader(header)).toEqual(found ? token : undefined)
})
