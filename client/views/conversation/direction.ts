const FIRST_LETTER_RIGHT_TO_LEFT = /^[^\p{L}]*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u

/** Whether the last paragraph of a text is written from right to left, as `dir="auto"` finds it: by its first letter. */
export function endsRightToLeft(text: string): boolean {
  const trimmed = text.trimEnd()
  const last = trimmed.slice(trimmed.lastIndexOf('\n\n') + 1)
  return FIRST_LETTER_RIGHT_TO_LEFT.test(last)
}
