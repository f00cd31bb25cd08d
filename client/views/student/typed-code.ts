const LENGTH = 8
const HALF = 4

/** A code as it is being typed or pasted: small letters and digits, with the dash where it is shown on the wall. */
export function toTypedCode(typed: string): string {
  const signs = toBareCode(typed)
  return signs.length > HALF ? `${signs.slice(0, HALF)}-${signs.slice(HALF)}` : signs
}

export function isWholeCode(typed: string): boolean {
  return toBareCode(typed).length === LENGTH
}

function toBareCode(typed: string): string {
  return typed
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, LENGTH)
}

/**
 * The path and the rest of a link to a classroom of this server, if somebody put a whole link into the field for the
 * code; otherwise null.
 */
export function findPastedPath(typed: string, origin: string): string | null {
  const text = typed.trim()
  if (!URL.canParse(text)) return null
  const { origin: its, pathname, hash } = new URL(text)
  return its === origin && /^\/q\/[a-z2-7]{12}$/.test(pathname) ? `${pathname}${hash}` : null
}
