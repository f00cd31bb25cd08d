import { lazily } from '../lazily.ts'

/*
 * All sequences that are an emoji take a phone a tenth of a second to be read into an expression, and as long again to be
 * compiled. So neither is made before it is asked, and a text is asked about only where it holds what they consist of.
 */
// TypeScript takes the flag only for a later target than ours.
const one = lazily(() => new RegExp('^\\p{RGI_Emoji}$', 'v'))
const oneToThree = lazily(() => new RegExp('^\\s*(?:\\p{RGI_Emoji}\\s*){1,3}$', 'v'))
const CONSISTS_OF_PARTS = /^[\s\p{Emoji}\p{Emoji_Component}]+$/u
/** A digit, # and * are parts of an emoji with what encloses them alone. */
const NOT_PLAIN = /[^\s\d#*]/
/** The longest of them, flags of regions and families, have some 15 UTF-16 units. */
const THREE_EMOJI_MAX = 100
/** What is drawn as a sign of text unless a variation selector, or a tone of skin, follows. */
const DRAWN_AS_TEXT = /(?=\p{Emoji})(?!\p{Emoji_Presentation}|\p{Emoji_Modifier})./gu

/** Whether a text is one emoji that Unicode recommends for interchange: what the server takes for a reaction. */
export function isEmoji(text: string): boolean {
  return one().test(text)
}

/** Whether a text is one to three emoji in any spelling, with their variation selectors or without, and but space. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= THREE_EMOJI_MAX && mayBe(text) && oneToThree().test(toFullSpelling(text))
}

function mayBe(text: string): boolean {
  return NOT_PLAIN.test(text) && CONSISTS_OF_PARTS.test(text)
}

function toFullSpelling(text: string): string {
  return text
    .replaceAll('\ufe0f', '')
    .replace(DRAWN_AS_TEXT, '$&\ufe0f')
    .replace(/\ufe0f(?=\p{Emoji_Modifier}|\ufe0e)/gu, '')
}
