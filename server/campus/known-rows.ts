const ROWS_OF_VERSION_3 = ['event', 'hidden']

/** Whether a version of the protocol has such rows; whoever speaks an older one does without. */
export function isKnownIn(version: number, { type }: { type: string }): boolean {
  return version >= 3 || !ROWS_OF_VERSION_3.includes(type)
}
