import { isEmoji } from '../../../shared/text/is-emoji.ts'

/** From 0, none chosen, and 1, the lightest, to 5, the darkest. */
export type SkinTone = 0 | 1 | 2 | 3 | 4 | 5

export const SKIN_TONES: readonly { tone: SkinTone; name: string }[] = [
  { tone: 0, name: 'No skin tone' },
  { tone: 1, name: 'Light' },
  { tone: 2, name: 'Medium light' },
  { tone: 3, name: 'Medium' },
  { tone: 4, name: 'Medium dark' },
  { tone: 5, name: 'Dark' },
]

const NO_TONE = 0x1f3fa
const MODIFIERS = /[\u{1f3fb}-\u{1f3ff}]/gu
const FIRST = /^(.)\ufe0f?/u
const PEOPLE = /([\u{1f468}\u{1f469}\u{1f9d1}])\ufe0f?/gu

/** The emoji in a skin tone, all people in it alike; as it is where it has none. See Unicode Technical Standard 51. */
export function withSkinTone(emoji: string, tone: SkinTone): string {
  if (tone === 0) return emoji
  const modifier = String.fromCodePoint(NO_TONE + tone)
  const candidates = [emoji.replace(FIRST, `$1${modifier}`), emoji.replace(PEOPLE, `$1${modifier}`)]
  return candidates.find(isEmoji) ?? emoji
}

/** The emoji in no skin tone. */
export function withoutSkinTone(emoji: string): string {
  return emoji.replace(MODIFIERS, '')
}
