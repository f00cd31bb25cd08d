/** Which bytes of a content are answered, the first and the last one included. */
export type Asked =
  | { kind: 'whole' }
  | { kind: 'part'; first: number; last: number }
  /** There are no such bytes. */
  | { kind: 'none' }

/**
 * What a `Range` header asks for of a content of this many bytes (RFC 9110, 14.2). One range is served; whoever asks for
 * several, or in another unit, is answered with all of it, as the standard allows.
 */
export function findRange(header: string | undefined, bytes: number): Asked {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return { kind: 'whole' }
  if (from === '') return toPart(bytes - Math.min(Number(to), bytes), bytes - 1, bytes)
  if (to !== '' && Number(to) < Number(from)) return { kind: 'whole' }
  return toPart(Number(from), to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1), bytes)
}

function toPart(first: number, last: number, bytes: number): Asked {
  return first < bytes && first <= last ? { kind: 'part', first, last } : { kind: 'none' }
}

/** Whether a list of entity tags, such as `If-None-Match`, names this one, or any (RFC 9110, 13.1.2). */
export function namesTag(header: string | undefined, tag: string): boolean {
  const tags = (header ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''))
  return tags.includes(tag) || tags.includes('*')
}
