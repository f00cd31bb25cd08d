import type { MessageFile } from '../../shared/protocol/files.ts'
import type { CampusRow } from './types.ts'

const ROWS_OF_VERSION_3: readonly CampusRow['type'][] = ['event', 'hidden']

/**
 * A row as a version of the protocol has it, or nothing where it has no such rows: whoever speaks an older one does
 * without, and reads of a message's files, which come with version 4, that there are some.
 */
export function toKnownRow<R extends CampusRow>(version: number, row: R): R | undefined {
  if (version < 3 && ROWS_OF_VERSION_3.includes(row.type)) return undefined
  if (version >= 4 || row.type !== 'message' || row.files === undefined) return row
  const { files, ...message } = row
  return { ...message, text: [row.text ?? '', ...files.map(toWords)].join('\n').trim() } as R
}

/** The rows of a page of history that a version has: people come in it since version 5. */
export function toKnownHistory<R extends CampusRow>(version: number, rows: readonly R[]): R[] {
  return toKnownRows(version, version < 5 ? rows.filter(({ type }) => type !== 'user') : rows)
}

/** The rows that a version has. */
export function toKnownRows<R extends CampusRow>(version: number, rows: readonly R[]): R[] {
  return rows.flatMap((row) => toKnownRow(version, row) ?? [])
}

/** What somebody makes of a text that an older version showed them: what it says of the files is none of their words. */
export function withoutFileWords(text: string, files: readonly MessageFile[]): string {
  const words = new Set(files.map(toWords))
  if (words.size === 0) return text
  return text
    .split('\n')
    .filter((line) => !words.has(line))
    .join('\n')
    .trim()
}

function toWords({ name }: MessageFile): string {
  return `[${name}: a file that this version cannot show]`
}
