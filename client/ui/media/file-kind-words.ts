import { FILE_KINDS, type FileKindWords, type Outside } from './file-kinds.ts'
import { toEnding } from './file-ending.ts'
import type { MediaIconName } from './media-icons.ts'

export interface FileLook {
  /** What it is, in a word or two: "PDF", "Word document", "Program". */
  words: string
  icon: MediaIconName
  /** What its content is and what its name says are two things. */
  isMisnamed: boolean
}

/** Where the ending is believed, of the kinds that look so. */
const OUTSIDES: Partial<Record<string, Outside>> = {
  'text/plain': 'text',
  'application/zip': 'zip',
  'application/x-cfb': 'cfb',
  'application/xml': 'xml',
  'text/xml': 'xml',
}
const UNKNOWN = new Set(['', 'application/octet-stream'])
const ENDING_SHOWN_MAX = 5

/**
 * What kind of file this is, for people: by its media type, which is by its content, and by its name only where the content
 * leaves that open.
 */
export function toFileLook(type: string, name: string): FileLook {
  const [essence = ''] = type.toLowerCase().split(';')
  const ending = toEnding(name)
  const named = FILE_KINDS.filter(({ endings }) => endings.includes(ending))
  if (UNKNOWN.has(essence)) return toUnknownLook(ending, named)
  const seen = FILE_KINDS.find(({ types }) => types.some((known) => fits(known, essence)))
  const outside = OUTSIDES[essence]
  const likely = named.find(({ looksLike }) => outside !== undefined && looksLike.includes(outside))
  const found = likely ?? seen
  if (found === undefined) return toUnknownLook(ending, named)
  return { words: found.words, icon: found.icon, isMisnamed: named.length > 0 && !named.includes(found) }
}

/** `image/` fits all that begin so. */
function fits(known: string, type: string): boolean {
  return known.endsWith('/') ? type.startsWith(known) : type === known
}

/** What has an ending of its own kind is called by it. What would have been known, were it what its name says, is not. */
function toUnknownLook(ending: string, named: readonly FileKindWords[]): FileLook {
  const [first] = named
  if (first?.looksLike.includes('anything') === true) {
    return { words: first.words, icon: first.icon, isMisnamed: false }
  }
  const isNamed = first === undefined && ending !== '' && ending.length <= ENDING_SHOWN_MAX
  return {
    words: isNamed ? `${ending.toUpperCase()} file` : 'File of an unknown kind',
    icon: 'document',
    isMisnamed: first !== undefined,
  }
}
