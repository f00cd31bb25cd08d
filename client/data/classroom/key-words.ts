import { wordlist } from '@scure/bip39/wordlists/english.js'
import { fromBase64url } from '../../sync/classroom/secrets.ts'

const WORDS = 4
/** BIP-39's list has 2,048 words. */
const BITS_PER_WORD = 11

/** The first 44 bits of a key's hash as four words, to be compared by eye with those on the projector. */
export function keyWords(keyHash: string): string[] {
  const bytes = fromBase64url(keyHash)
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  return Array.from({ length: WORDS }, (_, index) => {
    const word = Number.parseInt(bits.slice(index * BITS_PER_WORD, (index + 1) * BITS_PER_WORD), 2)
    return wordlist[word] ?? ''
  })
}
