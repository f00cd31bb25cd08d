import { expect, test } from 'vitest'
import { drawFormula } from '../../../../client/ui/text/katex.ts'

function draw(source: string): string {
  const drawn = drawFormula(source, true)
  return drawn.kind === 'drawn' ? drawn.tree.toMarkup() : `refused: ${drawn.reason}`
}

test('a formula is drawn, and told to screen readers as MathML', () => {
  const html = draw('\\frac{a}{b} + \\text{Größe}')
  expect(html).toContain('<math xmlns="http://www.w3.org/1998/Math/MathML"')
  expect(html).toContain('mfrac')
  expect(html).toContain('Größe')
})

test.each([
  '\\href{javascript:alert(1)}{x}',
  '\\href{https://evil.example}{x}',
  '\\url{javascript:alert(1)}',
  '\\includegraphics{https://evil.example/a.png}',
  '\\htmlData{a=b}{x}',
  '\\htmlId{app}{x}',
  '\\htmlClass{bubble}{x}',
  '\\htmlStyle{position:fixed}{x}',
  '\\text{<img src=x onerror=alert(1)>}',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '\\color{#fff;background:url(//evil.example)}x',
])('nothing of %j runs, loads or leads anywhere', (source) => {
  // What is told to screen readers holds the source as text.
  const html = draw(source).replace(/<annotation[^]*?<\/annotation>/g, '')
  expect(html).not.toMatch(/<(?:a|img|script|iframe|style|link|object)\b/)
  expect(html).not.toMatch(/<[^>]*(?:\s(?:href|src|id|on\w+|data-\w+)=|url\(|position)/)
  expect(html).not.toContain('class="bubble"')
})

test.each([
  '\\def\\a{xx}\\a',
  '\\gdef\\a{x}',
  '\\newcommand{\\a}{\\a\\a}\\a',
  '\\renewcommand\\frac{x}',
  '\\let\\a=\\frac',
  '\\global\\long\\def\\a{x}',
])('%j defines a command, and is refused', (source) => {
  expect(draw(source)).toBe('refused: A formula cannot define commands.')
})

test('what is refused says why', () => {
  expect(draw('\\frac{a')).toMatch(/^refused: KaTeX parse error/)
  expect(draw('\\raisebox{-1000em}{x}')).toBe('refused: The formula is too tall.')
  expect(draw('\\begin{matrix}a\\\\[-1000em]b\\end{matrix}')).toBe('refused: The formula is too tall.')
  expect(draw('\\iff'.repeat(250)).slice(0, 200)).toMatch(/^refused: .*Too many expansions/)
})

test('sizes are bounded', () => {
  expect(draw('\\rule{100000em}{100000em}')).not.toMatch(/(?:width|height|border-\w+-width):\d{3,}/)
  expect(draw('{'.repeat(500) + '}'.repeat(500))).not.toBe('')
})

test('a formula leaves nothing behind for the next', () => {
  draw('\\tag{1} x')
  draw('\\color{red} x')
  expect(draw('x')).toBe(draw('x'))
  expect(draw('\\a')).toMatch(/^refused: .*Undefined control sequence/)
})
