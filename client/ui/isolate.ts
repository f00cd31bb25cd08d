/** A name or a title as a part of a sentence: whichever way it is written, it leaves the rest in order. */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`
}
