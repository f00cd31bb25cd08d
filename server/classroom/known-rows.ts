import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'

/**
 * A row as a version of the contract has it: whoever speaks an older one than 3 reads that a question has a photo, or an
 * answer files, where its text is told.
 */
export function toKnownRow(version: number, row: ClassroomLogRow): ClassroomLogRow {
  if (version >= 3) return row
  switch (row.type) {
    case 'classroom': {
      const { photos: _, ...known } = row
      return known
    }
    case 'question': {
      const { photo, ...known } = row
      return photo === undefined ? known : { ...known, text: withLines(row.text, ['a photo']) }
    }
    case 'reply': {
      const { files = [], ...known } = row
      return {
        ...known,
        text: withLines(
          row.text,
          files.map(({ name }) => `${name}: a file`),
        ),
      }
    }
    case 'desk':
    case 'staff':
    case 'poll':
      return row
  }
}

function withLines(text: string | null, things: readonly string[]): string | null {
  if (things.length === 0) return text
  return [text ?? '', ...things.map((thing) => `[${thing} that this version cannot show]`)].join('\n').trim()
}
