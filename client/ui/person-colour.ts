const COLOURS = 8

/** One of the eight colours of people, always the same for the same id, as a CSS value. */
export function personColour(id: string): string {
  let hash = 0
  for (const character of id) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0
  return `var(--person-${(Math.abs(hash) % COLOURS) + 1})`
}
