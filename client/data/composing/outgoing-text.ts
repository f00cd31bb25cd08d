/** What a person typed or pasted, as a message can carry it: whole characters, line feeds, nothing around it. */
export function toOutgoingText(typed: string): string {
  return toStorableText(typed).trim()
}

/** The same with the white space around it, as one's draft keeps it. */
export function toStorableText(typed: string): string {
  return (
    typed
      .replace(/\r\n?|\u2028|\u2029/g, '\n')
      // eslint-disable-next-line no-control-regex -- control characters are exactly what is taken out here
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
      .toWellFormed()
  )
}
