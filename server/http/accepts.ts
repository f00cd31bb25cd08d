/** Whether an `Accept-Encoding` header takes a coding by name (RFC 9110, 12.5.3); `*` is left aside, nobody sends it alone. */
export function accepts(header: string | undefined, coding: 'gzip' | 'br'): boolean {
  return (header ?? '').split(',').some((part) => {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase())
    return name === coding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))
  })
}
