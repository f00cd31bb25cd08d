import { expect, test } from 'vitest'
import { createPasswordHasher } from '../../../server/accounts/password-hasher.ts'

const hasher = createPasswordHasher(4)

test('a password is known by its hash, which holds nothing of it', async () => {
  const hash = await hasher.hash('correct horse')
  expect(hash).toMatch(/^\$2b\$04\$.{53}$/)
  expect(await hasher.compare('correct horse', hash)).toBe(true)
  expect(await hasher.hash('correct horse')).not.toBe(hash)
})

const others: [name: string, password: string, other: string][] = [
  ['the 73rd character', `${'x'.repeat(72)}a`, `${'x'.repeat(72)}b`],
  ['the thousandth', `${'x'.repeat(999)}a`, `${'x'.repeat(999)}b`],
  ['what follows a NUL', 'password\u0000one', 'password\u0000two'],
  ['the case', 'password', 'Password'],
  ['white space at the end', 'password', 'password '],
  ['an accent', 'pässword', 'passwörd'],
]

test.each(others)('it is another password by %s', async (_, password, other) => {
  const hash = await hasher.hash(password)
  expect(await hasher.compare(password, hash)).toBe(true)
  expect(await hasher.compare(other, hash)).toBe(false)
})
