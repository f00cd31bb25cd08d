/** Whether a version of the protocol has such rows; whoever speaks an older one does without. */
export function isKnownIn(version: number, { type }: { type: string }): boolean {
  return type !== 'event' || version >= 3
}
