import { expect, test } from 'vitest'
import { toLinePieces } from '../../../../client/ui/text/line-pieces.ts'

/** Formulas in ⟨⟩, words as they are. */
const draw = (text: string, max = 100) =>
  toLinePieces(text, max)
    .map((piece) => (piece.kind === 'formula' ? `⟨${piece.source}⟩` : piece.text))
    .join('')
    .trim()

test.each([
  ['Why is $x^2 \\geq 0$?', 'Why is ⟨x^2 \\geq 0⟩?'],
  ['**Why** is\n\n$$\\int_0^1 f$$\n\nfinite?', 'Why is ⟨\\int_0^1 f⟩ finite?'],
  ['It costs $5 and $10', 'It costs $5 and $10'],
  ['1. `a`\n2. [b](https://example.org/)', '1. a 2. b'],
])('in one line %j shows its formulas as formulas', (text, line) => {
  expect(draw(text)).toBe(line)
})

test('a line that is too long ends in an ellipsis, and never within a formula', () => {
  expect(draw('a word and another', 8)).toBe('a word…')
  expect(draw('see $x^2 + y^2 = z^2$ here', 12)).toBe('see …')
  expect(draw('see $x^2$ here and there', 12)).toBe('see ⟨x^2⟩ her…')
})
