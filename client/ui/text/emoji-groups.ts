/** The groups of Unicode as the picker shows them, in its order; the picture stands for a group on its tab. */
export const EMOJI_GROUPS = [
  { group: 0, name: 'Smileys', picture: '😀' },
  { group: 1, name: 'People', picture: '👋' },
  { group: 3, name: 'Animals and nature', picture: '🐻' },
  { group: 4, name: 'Food and drink', picture: '🍎' },
  { group: 5, name: 'Travel and places', picture: '✈️' },
  { group: 6, name: 'Activities', picture: '⚽' },
  { group: 7, name: 'Objects', picture: '💡' },
  { group: 8, name: 'Symbols', picture: '💜' },
  { group: 9, name: 'Flags', picture: '🏳️' },
] as const

export type EmojiGroup = (typeof EMOJI_GROUPS)[number]['group']

export interface Emoji {
  emoji: string
  label: string
  group: EmojiGroup
  /** Whether it comes in skin tones. */
  toned: boolean
  /** Folded, for searching: the words of the label, then all others. */
  labelWords: readonly string[]
  tagWords: readonly string[]
}
