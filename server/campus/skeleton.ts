import { createHash } from 'node:crypto'
import confusables from 'unhomoglyph/data.json' with { type: 'json' }

/*
 * What a text looks like (UTS #39, 4): two texts with one skeleton are hard to tell apart by eye. The table of
 * confusable characters is unhomoglyph's, made from Unicode's; its own function tries all of them on each character.
 */

const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu
const BETWEEN_WORDS = /[\s\p{P}]/gu
/** Small capitals stand in the table for what looks like them in other scripts (в, к, н, т), and look like these. */
const SMALL_CAPITALS = 'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋĸʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ'
const CAPITALS_OF_THEM = 'abcdefghijkklmnoprstuvwyz'
const plain = new Map(Array.from(SMALL_CAPITALS, (small, at) => [small, CAPITALS_OF_THEM.charAt(at)]))
const prototypes = new Map(Object.entries(confusables))
/** A name that is taken is looked for, compared and kept, and each time by its skeleton. */
const skeletons = new Map<string, string>()
const KEPT_MAX = 1_000
/** What joins or parts letters within words of some scripts, as a space does in others. */
const JOINERS = /(?<=[\p{sc=Arab}\p{sc=Syrc}\p{sc=Mong}\p{M}])[\u200c\u200d]/gu

/** The prototype of each character, which is itself where it looks like no other. */
export function toPrototype(text: string): string {
  const seen = text.normalize('NFKD').replace(UNSEEN, '')
  const mapped = replaceEach(seen, prototypes).normalize('NFD')
  return replaceEach(mapped, plain)
}

function replaceEach(text: string, by: ReadonlyMap<string, string>): string {
  return Array.from(text, (character) => by.get(character) ?? character).join('')
}

/** The skeleton of a text whose case does not count: capitals of one letter can look like small ones of another. */
export function toSkeleton(text: string): string {
  const known = skeletons.get(text)
  if (known !== undefined) return known
  const skeleton = toPrototype(toPrototype(text).toLowerCase()).toLowerCase().replace(BETWEEN_WORDS, '')
  if (skeletons.size >= KEPT_MAX) skeletons.clear()
  skeletons.set(text, skeleton)
  return skeleton
}

/** The same text in the eyes of who wrote it, whatever its case, its spaces and its punctuation. */
export function toSameWords(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(JOINERS, '').replace(BETWEEN_WORDS, '')
}

/** The skeleton as a key of a table, of one length; null where it has none, as in a name of dots. */
export function toLook(text: string): string | null {
  const skeleton = toSkeleton(text)
  return skeleton === '' ? null : createHash('sha256').update(skeleton).digest('base64url')
}
