// TypeScript takes the flag only for a later target than ours.
const ONE = new RegExp('^\\p{RGI_Emoji}$', 'v')
const ONE_TO_THREE = new RegExp('^\\s*(?:\\p{RGI_Emoji}\\s*){1,3}$', 'v')
/** The longest of them, flags of regions and families, have some 15 UTF-16 units. */
const THREE_EMOJI_MAX = 100

/** Whether a text is one emoji that Unicode recommends for interchange: what the server takes for a reaction. */
export function isEmoji(text: string): boolean {
  return ONE.test(text)
}

/** Whether a text is one to three emoji, and nothing else but space. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= THREE_EMOJI_MAX && ONE_TO_THREE.test(text)
}
