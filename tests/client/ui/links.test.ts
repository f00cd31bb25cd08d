import { expect, test } from 'vitest'
import { splitLinks } from '../../../client/ui/links.ts'

const links = (text: string) => splitLinks(text).flatMap((part) => (part.kind === 'link' ? [part.text] : []))

const found: [string, string[]][] = [
  ['see https://example.org/a?b=c#d.', ['https://example.org/a?b=c#d']],
  ['(http://example.org/wiki/A_(b))', ['http://example.org/wiki/A_(b)']],
  ['HTTPS://Example.org, and https://b.example!', ['HTTPS://Example.org', 'https://b.example']],
  ['javascript:alert(1) data:text/html,x file:///etc/passwd ftp://a.b', []],
  ['https:// and http://', []],
  ['xhttps://example.org', []],
  ['<img src=x onerror=alert(1)>', []],
]

test.each(found)('only http and https addresses in %j become links', (text, expected) => {
  expect(links(text)).toEqual(expected)
})

test('nothing of the text is lost', () => {
  const text = 'a https://example.org/x, b (https://example.org) c'
  expect(
    splitLinks(text)
      .map((part) => part.text)
      .join(''),
  ).toBe(text)
})

test('a hostile text takes no time', () => {
  const before = performance.now()
  splitLinks('https://a.b/' + '('.repeat(5_000) + ')'.repeat(5_000))
  splitLinks('http://'.repeat(1_400))
  expect(performance.now() - before).toBeLessThan(200)
})
