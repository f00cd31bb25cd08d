import data from 'emojibase-data/en/compact.json'
import { EMOJI_GROUPS, type Emoji } from './emoji-groups.ts'
import { isEmoji } from '../../../shared/text/is-emoji.ts'
import { toFoldedWords } from './search-emoji.ts'

/*
 * Emojibase's list: large, so only emoji-list.ts names this file, in an import(). The build leaves out of the list
 * what is not read here (vite.config.ts).
 */

/** What of an entry is read; those of skin tones and of single letters are of no group. */
interface Entry {
  readonly unicode: string
  readonly label: string
  readonly group?: number
  readonly tags?: readonly string[]
  readonly skins?: readonly unknown[]
}

const groups = new Map<number, Emoji['group']>(EMOJI_GROUPS.map(({ group }) => [group, group]))

/** Every emoji that may be offered, in Unicode's order. */
export const emojiList: readonly Emoji[] = (data as readonly Entry[]).flatMap((entry) => {
  const group = groups.get(entry.group ?? -1)
  const emoji = toInterchange(entry.unicode)
  if (group === undefined || emoji === null) return []
  const { label, tags = [], skins } = entry
  return {
    ...{ emoji, label, group, toned: skins !== undefined },
    labelWords: toFoldedWords(label),
    tagWords: tags.flatMap(toFoldedWords),
  }
})

/** The form that Unicode recommends: some have a selector of their presentation too much. */
function toInterchange(emoji: string): string | null {
  return [emoji, emoji.replaceAll('\ufe0f', '')].find(isEmoji) ?? null
}
