/** The first word of a name, where there is no room for all of it: what somebody says comes after it. */
export function shortName(name: string): string {
  return name.trim().split(/\s+/)[0] ?? name
}
