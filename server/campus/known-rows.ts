import type { MessageFile } from '../../shared/protocol/files.ts'
import type { EventRow, MessageRow } from '../../shared/protocol/rows.ts'
import type { CampusRow } from './types.ts'

const ROWS_OF_VERSION_3: readonly CampusRow['type'][] = ['event', 'hidden']

/**
 * A row as a version of the protocol has it, or nothing where it has no such rows: whoever speaks an older one does
 * without, and reads of a message's files, which come with version 4, that there are some.
 */
export function toKnownRow<R extends CampusRow>(version: number, row: R): R | undefined {
  if (version < 3 && ROWS_OF_VERSION_3.includes(row.type)) return undefined
  const known = version < 6 ? withoutGoverning(row) : row
  if (known === undefined || version >= 4 || known.type !== 'message' || known.files === undefined) return known
  return withFileWords(known) as R
}

const EVENTS_OF_VERSION_6: readonly EventRow['change']['kind'][] = ['governed', 'asked', 'joined']

/** Before version 6 nobody governed, and nobody was blocked or asked. */
function withoutGoverning<R extends CampusRow>(row: R): R | undefined {
  switch (row.type) {
    case 'user': {
      if (row.former === undefined) return row
      const { former: _former, ...user } = row
      return user as R
    }
    case 'standing':
    case 'block':
    case 'request':
      return undefined
    case 'preference': {
      const { directFrom: _directFrom, addFrom: _addFrom, ...preference } = row
      return preference as R
    }
    case 'event':
      return EVENTS_OF_VERSION_6.includes(row.change.kind) ? undefined : row
    case 'conversation': {
      if (row.posting === undefined && row.slowSeconds === undefined) return row
      const { posting: _posting, slowSeconds: _slowSeconds, ...conversation } = row
      return conversation as R
    }
    case 'message': {
      if (row.takenAway === undefined) return row
      const { takenAway: _takenAway, ...message } = row
      return message as R
    }
    default:
      return row
  }
}

function withFileWords(row: MessageRow): MessageRow {
  const { files = [], ...message } = row
  return { ...message, text: [row.text ?? '', ...files.map(toWords)].join('\n').trim() }
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
