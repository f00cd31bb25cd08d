// TypeScript takes the flag only for a later target than ours.
const ONE = new RegExp('^\\p{RGI_Emoji}$', 'v')
const ONE_TO_THREE = new RegExp('^\\s*(?:\\p{RGI_Emoji}\\s*){1,3}$', 'v')
/** The longest of them, flags of regions and families, have some 15 UTF-16 units. */
const THREE_EMOJI_MAX = 100
/** What is drawn as a sign of text unless a variation selector, or a tone of skin, follows. */
const DRAWN_AS_TEXT = /(?=\p{Emoji})(?!\p{Emoji_Presentation}|\p{Emoji_Modifier})./gu

/** Whether a text is one emoji that Unicode recommends for interchange: what the server takes for a reaction. */
export function isEmoji(text: string): boolean {
  return ONE.test(text)
}

/** Whether a text is one to three emoji in any spelling, with their variation selectors or without, and but space. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= THREE_EMOJI_MAX && ONE_TO_THREE.test(toFullSpelling(text))
}

function toFullSpelling(text: string): string {
  return text
    .replaceAll('\ufe0f', '')
    .replace(DRAWN_AS_TEXT, '$&\ufe0f')
    .replace(/\ufe0f(?=\p{Emoji_Modifier}|\ufe0e)/gu, '')
}
