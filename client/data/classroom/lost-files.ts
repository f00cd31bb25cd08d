import type { UnsentFiles } from '../../sync/classroom/unsent-files.ts'
import { countWords } from '../count-words.ts'

const list = new Intl.ListFormat('en-GB')

/** Says which files went with a classroom before they were sent; null where none did. */
export function toLostFilesSentence({ names, voices }: UnsentFiles): string | null {
  const lost = names.map((name) => `“${name}”`)
  if (voices > 0) lost.push(countWords(voices, 'voice message'))
  return lost.length === 0 ? null : `Not sent, and not kept: ${list.format(lost)}.`
}
