/**
 * The version in which a request is answered: the one that it names, if that is spoken; of a request that names none it
 * is the oldest, which had no such header. Whoever names another one is answered with the newest, and looks for an update.
 */
export function toSpokenVersion(header: string | undefined, { min, max }: { min: number; max: number }): number {
  const named = header === undefined ? min : Number(header)
  return Number.isInteger(named) && named >= min && named <= max ? named : max
}
