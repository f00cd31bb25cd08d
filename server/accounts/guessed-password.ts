import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { COMMON_PASSWORDS } from './common-passwords.ts'

/** What nobody makes a password of here (ASVS 5.0, 6.1.2), beside their own handle and name. */
const CONTEXT_WORDS = ['chatbox', 'password', 'campus', 'university']
/** A word of fewer letters says little. */
const WORD_MIN = 3

let common: ReadonlySet<string> | undefined

/** Refuses a password that is guessed among the first: one of the common ones, or little more than what a stranger reads of somebody. */
export function refuseGuessed(password: string, person: { handle: string; name: string }): Refusal | undefined {
  const plain = password.toLowerCase()
  common ??= new Set(COMMON_PASSWORDS.trim().split(/\s+/))
  if (common.has(plain)) return refusal('password_guessed')
  const words = [...CONTEXT_WORDS, person.handle, ...person.name.toLowerCase().split(/\s+/)]
  const told = words.filter((word) => word.length >= WORD_MIN && plain.includes(word))
  if (told.length === 0) return undefined
  // The longest first, so that a handle within a name takes nothing of it away.
  const left = told
    .sort((one, other) => other.length - one.length)
    .reduce((text, word) => text.replaceAll(word, ''), plain)
  const letters = left.replace(/[^\p{L}]/gu, '')
  return letters.length < WORD_MIN ? refusal('password_guessed') : undefined
}
