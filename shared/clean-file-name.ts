import { cleanLine } from './clean-text.ts'
import { FILE_NAME_MAX } from './protocol/limits.ts'

const NAMELESS = 'file'
/** What is longer after the last dot is no ending that says what kind of file it is. */
const ENDING_MAX = 20

/**
 * What a file is called: the last part of a path, in one line, with nothing that deceives the eye, and everything else as
 * it was written. What is too long loses its middle and keeps its ending; what has no name is called "file".
 */
export function cleanFileName(name: string): string {
  const last = name.split(/[/\\]/).findLast((part) => cleanLine(part) !== '') ?? ''
  const cleaned = cleanLine(last)
  return /^\.*$/.test(cleaned) ? NAMELESS : shorten(cleaned)
}

function shorten(name: string): string {
  if (name.length <= FILE_NAME_MAX) return name
  const dot = name.lastIndexOf('.')
  const ending = dot > 0 && name.length - dot <= ENDING_MAX ? name.slice(dot) : ''
  // A character is not torn in two.
  const begin = name.slice(0, FILE_NAME_MAX - ending.length - 1).replace(/[\ud800-\udbff]$/, '')
  return `${begin}…${ending}`
}
