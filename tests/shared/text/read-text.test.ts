import { expect, test } from 'vitest'
import { MESSAGE_TEXT_MAX } from '../../../shared/protocol/limits.ts'
import { readText } from '../../../shared/text/read-text.ts'
import type { Block, Inline } from '../../../shared/text/tree.ts'

const mentions = new Map([
  ['ada', { id: 'user-ada', name: 'Ada Lovelace' }],
  ['grace.h', { id: 'user-grace', name: 'Grace Hopper' }],
  ['under_score', { id: 'user-under', name: 'Under' }],
  ['everyone', { id: 'everyone', name: 'Everyone' }],
])

/** The tree as a line that a reader of a test can compare. */
function draw(text: string): string {
  const tree = readText(text, mentions)
  return tree.kind === 'blocks' ? tree.blocks.map(drawBlock).join(' ') : `${tree.kind}:${tree.text}`
}

function drawBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `p(${drawLine(block.children)})`
    case 'heading':
      return `h${block.level}(${drawLine(block.children)})`
    case 'list':
      return `list(${block.items.map(({ marker, children }) => `[${marker ?? '•'} ${children.map(drawBlock).join(' ')}]`).join('')})`
    case 'quote':
      return `quote(${block.children.map(drawBlock).join(' ')})`
    case 'code':
      return `code${block.language === null ? '' : `:${block.language}`}(${block.code})`
    case 'formula':
      return `formula(${block.source})`
    case 'rule':
      return 'rule'
  }
}

function drawLine(inlines: readonly Inline[]): string {
  return inlines
    .map((node) => {
      switch (node.kind) {
        case 'text':
          return node.text
        case 'code':
          return `code(${node.text})`
        case 'link':
          return `link<${node.href}${node.host === null ? '' : ` ${node.host}`}>(${drawLine(node.children)})`
        case 'mention':
          return `mention(${node.id})`
        case 'formula':
          return `${node.display ? 'display' : 'formula'}(${node.source})`
        default:
          return `${node.kind}(${drawLine(node.children)})`
      }
    })
    .join('')
}

const constructs: [string, string][] = [
  ['just words, 3 < 4 & 5', 'plain:just words, 3 < 4 & 5'],
  ['**a** _b_ *c* ~~d~~ `e`', 'p(strong(a) em(b) em(c) strike(d) code(e))'],
  ['***both***', 'p(em(strong(both)))'],
  ['snake_case_name and 2*3*4', 'plain:snake_case_name and 2*3*4'],
  ['\\*no\\* \\$x\\$', 'p(*no* $x$)'],
  ['# One\n### Three', 'h1(One) h3(Three)'],
  ['#hashtag', 'plain:#hashtag'],
  ['- a\n- b\n  - c', 'list([• p(a)][• p(b) list([• p(c)])])'],
  ['3. c\n4. d', 'list([3. p(c)][4. p(d)])'],
  ['> said\n> twice\n\nanswer', 'quote(p(said\ntwice)) p(answer)'],
  ['```py\nif x:\n    **y**\n```', 'code:py(if x:\n    **y**)'],
  ['```\nnever closed', 'code(never closed)'],
  ['above\n---\nbelow', 'p(above) rule p(below)'],
  ['*one*\ntwo\n   three', 'p(em(one)\ntwo\n   three)'],
  ['    indented *is no code*', 'p(    indented em(is no code))'],
  ['a &amp; *b*', 'p(a &amp; em(b))'],
  ['*a* | b\n--|--\n1 | 2', 'p(em(a) | b\n--|--\n1 | 2)'],
]

test.each(constructs)('%j', (text, tree) => {
  expect(draw(text)).toBe(tree)
})

const formulas: [string, string][] = [
  ['so $x^2$, and ($y$)', 'p(so formula(x^2), and (formula(y)))'],
  ['$$\na\n+ b\n> c\n$$', 'formula(a\n+ b\n> c)'],
  ['thus:\n$$ x $$\nqed', 'p(thus:) formula(x) p(qed)'],
  ['so $$x$$ it is', 'p(so display(x) it is)'],
  ['- $$\n  x\n  $$\n- y', 'list([• formula(x)][• p(y)])'],
  ['$\\$5 + x$', 'p(formula(\\$5 + x))'],
  ['it costs $5 and $6', 'plain:it costs $5 and $6'],
  ['$5/$6, US$7 or 8$', 'plain:$5/$6, US$7 or 8$'],
  ['$5 and she has 6$', 'plain:$5 and she has 6$'],
  ['$2 + x$', 'p(formula(2 + x))'],
  ['$HOME/bin:$PATH', 'plain:$HOME/bin:$PATH'],
  ['$ x $ $$ $$ $$$x$$$', 'plain:$ x $ $$ $$ $$$x$$$'],
  ['$a\nb$', 'plain:$a\nb$'],
  ['`$x$` $`x`$', 'p(code($x$) formula(`x`))'],
  ['$$ never closed *x*', 'p($$ never closed em(x))'],
  ['$a*b*c$ and *d*', 'p(formula(a*b*c) and em(d))'],
]

test.each(formulas)('formulas in %j', (text, tree) => {
  expect(draw(text)).toBe(tree)
})

const links: [string, string][] = [
  ['see https://example.org/a?b=c#d.', 'p(see link<https://example.org/a?b=c#d>(https://example.org/a?b=c#d).)'],
  ['(http://example.org/wiki/A_(b))', 'p((link<http://example.org/wiki/A_(b)>(http://example.org/wiki/A_(b))))'],
  [
    'HTTPS://Example.org, and **https://b.example**!',
    'p(link<https://example.org/>(HTTPS://Example.org), and strong(link<https://b.example/>(https://b.example))!)',
  ],
  ['https://a.example/x_y_z*w*', 'p(link<https://a.example/x_y_z*w>(https://a.example/x_y_z*w)*)'],
  ['[name](https://a.example "title")', 'p(link<https://a.example/>(name))'],
  ['![picture](https://a.example/x.png)', 'p(!link<https://a.example/x.png>(picture))'],
  [
    '_see https://a.example/x_ ~~https://b.example~~',
    'p(em(see link<https://a.example/x>(https://a.example/x)) strike(link<https://b.example/>(https://b.example)))',
  ],
  ['**see https://a.example/x.**', 'p(strong(see link<https://a.example/x>(https://a.example/x).))'],
  [
    "https://a.example/it's `https://b.example` http://c.example:8080/x, http://[::1]/",
    "p(link<https://a.example/it's>(https://a.example/it's) code(https://b.example) link<http://c.example:8080/x>(http://c.example:8080/x), link<http://[::1]/>(http://[::1]/))",
  ],
  [
    'https://пример.рф/путь.',
    'p(link<https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C>(https://пример.рф/путь).)',
  ],
  [
    'https://a.example/\u202eelpmaxe https://b.exa\u200bmple',
    'p(link<https://a.example/>(https://a.example/)\u202eelpmaxe link<https://b.exa/>(https://b.exa)\u200bmple)',
  ],
  [
    '<https://a.example> <x@uni.example>',
    'p(link<https://a.example/>(https://a.example) link<mailto:x@uni.example>(x@uni.example))',
  ],
  [
    'first_last@uni.example, mailto:a@b.example',
    'p(link<mailto:first_last@uni.example>(first_last@uni.example), link<mailto:a@b.example>(mailto:a@b.example))',
  ],
  ['[https://bank.example](https://evil.example)', 'p(link<https://evil.example/ evil.example>(https://bank.example))'],
  ['[www.bank.example](https://bank.example)', 'p(link<https://bank.example/>(www.bank.example))'],
  ['[bank.example](mailto:x@evil.example)', 'p(link<mailto:x@evil.example x@evil.example>(bank.example))'],
]

test.each(links)('links in %j', (text, tree) => {
  expect(draw(text)).toBe(tree)
})

test.each([
  'javascript:alert(1)',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](  javascript:alert(1))',
  '[x](<java\tscript:alert(1)>)',
  '[x](javascript&colon;alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](&#x6A&#x61;vascript:alert(1))',
  '[x](java\u0000script:alert(1))',
  '[x](\u0001javascript:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](vbscript:x) [x](file:///etc/passwd) [x](blob:x)',
  '<javascript:alert(1)> <data:text/html,x>',
  'data:text/html,x file:///etc/passwd ftp://a.example intent://x#Intent;end',
  '[x](//evil.example) [x](/api/sign-out) [x](?a) [x](#a)',
  '[x]: javascript:alert(1)\n\n[x]',
  'https:// and http:// and mailto:',
  'xhttps://example.org',
  'https://bank.example@evil.test:1',
  'www.a.com a.com //a.com ftp://a.com',
  '<img src=x onerror=alert(1)>',
  '![x](javascript:alert(1))',
  '[x](javascript://example.org/%0aalert(1))',
  '[x](https://user:password@evil.example)',
])('no link comes from %j', (text) => {
  expect(draw(`${text} *`)).not.toMatch(/link<(?!mailto:)/)
})

const mentioned: [string, string][] = [
  ['@ada', 'p(mention(user-ada))'],
  ['hi @Ada, @grace.h. @under_score!', 'p(hi mention(user-ada), mention(user-grace). mention(user-under)!)'],
  ['**@ada** _@ada_', 'p(strong(mention(user-ada)) em(mention(user-ada)))'],
  ['@everyone', 'p(mention(everyone))'],
  ['@nobody @adam @ada2', 'plain:@nobody @adam @ada2'],
  ['x@ada @@ada a.@ada /@ada', 'plain:x@ada @@ada a.@ada /@ada'],
  [
    '`@ada` [@ada](https://a.example) https://a.example/@ada',
    'p(code(@ada) link<https://a.example/>(@ada) link<https://a.example/@ada>(https://a.example/@ada))',
  ],
  ['```\n@ada\n```', 'code(@ada)'],
]

test.each(mentioned)('mentions in %j', (text, tree) => {
  expect(draw(text)).toBe(tree)
})

test('without known handles nobody is mentioned', () => {
  expect(readText('@ada @everyone')).toEqual({ kind: 'plain', text: '@ada @everyone' })
})

test.each([
  ...[['👍'], ['❤️ 🎉\n👩🏽‍🔬'], ['🇩🇪🏴󠁧󠁢󠁷󠁬󠁳󠁿'], ['☺'], ['❤❤️♥'], ['1⃣#️⃣'], ['✌🏽✌️🏽'], ['🏳‍🌈'], ['👁‍🗨'], ['🕵🏽‍♂'], ['ℹ️ ℹ']],
])('%s is emoji only', (text) => {
  expect(readText(text)).toEqual({ kind: 'emoji', text })
})

test.each([['👍👍👍👍'], ['👍 ok'], ['3'], ['#'], ['12'], ['❤︎'], ['']])('%j is not emoji only', (text) => {
  expect(readText(text).kind).toBe('plain')
})

test.each(['#', '>', '-', '*', '**', '1.', '- - -\n>', '> >', '[](https://a.example)', '__'])(
  'what would show nothing is shown as written: %j',
  (text) => {
    const tree = readText(text)
    expect(JSON.stringify(tree)).toMatch(/"rule"|"plain"|"text":"(\*\*|__)"/)
  },
)

test('what is too deep is shown as written, and nothing is left out', () => {
  for (const text of ['> '.repeat(30) + 'deep', '- '.repeat(30) + 'deep', '*a '.repeat(50) + 'b* '.repeat(50)]) {
    expect(readText(text)).toEqual({ kind: 'plain', text })
  }
  expect(draw('> > > deep')).toBe('quote(quote(quote(p(deep))))')
})

test('what is too large to draw is shown as written', () => {
  const text = '*a* '.repeat(2_000)
  expect(readText(text)).toEqual({ kind: 'plain', text })
})

test('more formulas than may be drawn are shown as code', () => {
  const tree = JSON.stringify(readText('$x_{1}+y$ '.repeat(800)))
  expect(tree.match(/"kind":"formula"/g)?.length).toBeLessThan(500)
  expect(tree.match(/"kind":"code"/g)?.length).toBeGreaterThan(300)
})

test('ten megabytes are plain text at once, and cut', () => {
  const text = '[*`$> - '.repeat(1_250_000)
  const tree = readText(text)
  expect(tree.kind).toBe('plain')
  expect(tree.kind === 'plain' ? tree.text.length : 0).toBe(2 * MESSAGE_TEXT_MAX + 1)
})
