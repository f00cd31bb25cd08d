const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'
const BEGIN = 'c1a55000-0000-8'

/**
 * The id under which somebody arranges a classroom where they are staff, as a conversation: a UUID (RFC 9562, version 8)
 * that holds the classroom's own and nothing else. No conversation has such a one.
 */
export function toArrangementId(classroomId: string): string {
  const number = Array.from(classroomId).reduce((sum, letter) => sum * 32n + BigInt(LETTERS.indexOf(letter)), 0n)
  const hex = number.toString(16).padStart(18, '0')
  return `${BEGIN}${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6)}`
}

/** The classroom that such an id is of; null where it is of a conversation. */
export function fromArrangementId(id: string): string | null {
  if (!id.startsWith(BEGIN) || id[19] !== '8') return null
  let number = BigInt(
    `0x${id
      .slice(BEGIN.length)
      .replaceAll('-', '')
      .replace(/^(...)8/, '$1')}`,
  )
  let letters = ''
  for (let count = 0; count < 12; count++, number /= 32n) letters = `${LETTERS[Number(number % 32n)] ?? ''}${letters}`
  return number === 0n ? letters : null
}

/** What all of these ids begin with. */
export const ARRANGEMENT_BEGIN = BEGIN
