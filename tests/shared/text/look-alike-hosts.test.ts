import { expect, test } from 'vitest'
import { readText } from '../../../shared/text/read-text.ts'
import type { LinkInline } from '../../../shared/text/tree.ts'

/** The host that stands in plain letters beside the only link of a text. */
function hostBeside(text: string): string | null {
  const tree = readText(text)
  const [block] = tree.kind === 'blocks' ? tree.blocks : []
  const links =
    block?.kind === 'paragraph' ? block.children.filter((node): node is LinkInline => node.kind === 'link') : []
  expect(links).toHaveLength(1)
  return links[0]?.host ?? null
}

const bare: [string, string, boolean][] = [
  ['letters of another script that all look Latin', 'https://www.аррӏе.com/login', true],
  ['two scripts in one word', 'https://gооgle.com', true],
  ['Greek that looks Latin', 'https://αο.com', true],
  ['a Latin letter that is hardly another', 'https://ınstagram.com', true],
  ['a dot below', 'https://paypạl.com', true],
  ['a letter that looks like a slash', 'https://example.comノx.evil.example', true],
  ['upper case of it', 'HTTPS://АРР.com', true],
  ['with a port', 'https://аррӏе.com:8080/', true],
  ['plain letters', 'https://example.org/аррӏе.com', false],
  ['another script that shows itself', 'https://пример.рф/путь', false],
  ['Chinese', 'https://例子.中国', false],
  ['Japanese', 'https://日本語のサイト.jp', false],
  ['Arabic', 'https://مثال.مصر', false],
  ['Latin with accents', 'https://münchen.de/łódź', false],
  ['an IP address', 'http://[::1]:8080/', false],
]

test.each(bare)('beside a bare address its host stands in plain letters: %s', (_, address, stands) => {
  expect(hostBeside(`see ${address} now`)).toBe(stands ? new URL(address).hostname : null)
})

const dots = [
  '\u2024',
  '\u3002',
  '\uff0e',
  '\uff61',
  '\u00b7',
  '\u2027',
  '\u2219',
  '\u22c5',
  '\u30fb',
  '\u0660',
  '\ua4f8',
]

test.each(dots)('words of a link that could be taken for another host show the true one: paypal%scom', (dot) => {
  expect(hostBeside(`[paypal${dot}com](https://evil.example)`)).toBe('evil.example')
  expect(hostBeside(`[log in at paypal${dot}com/login](https://evil.example)`)).toBe('evil.example')
})

test.each([
  'paypal.com',
  'pay\u200bpal.com',
  'paypal\u2060.com',
  'ｐａｙｐａｌ．ｃｏｍ',
  'раураl.com',
  'evil.example or paypal.com',
  'HTTPS://PAYPAL.COM',
  'аррӏе.com',
])('words of a link to elsewhere show its host: %s', (words) => {
  expect(hostBeside(`[${words}](https://evil.example/)`)).toBe('evil.example')
})

test('words that name the host they lead to are enough, unless they are made of letters that look like others', () => {
  expect(hostBeside('[www.example.org](https://example.org/x)')).toBe(null)
  expect(hostBeside('[https://example.org/x?u=https://a.example](https://example.org/x?u=https://a.example)')).toBe(
    null,
  )
  expect(hostBeside('[the page](https://example.org)')).toBe(null)
  expect(hostBeside('[аррӏе.com](https://www.аррӏе.com/login)')).toBe('www.xn--80ak6aa92e.com')
})
