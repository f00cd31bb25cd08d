/** What stands behind the last dot of a name, in lower case; empty where nothing does. */
export function toEnding(name: string): string {
  return /[^.]\.([\p{L}\p{N}_-]+)$/u.exec(name)?.[1]?.toLowerCase() ?? ''
}
