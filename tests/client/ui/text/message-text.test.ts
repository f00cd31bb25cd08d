import { render } from 'svelte/server'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import MessageText from '../../../../client/ui/text/message-text.svelte'

beforeAll(() => vi.stubGlobal('location', { origin: 'https://chat.example' }))
afterAll(() => vi.unstubAllGlobals())

const mentions = new Map([
  ['ada', { id: 'user-ada', name: '<b>Ada' }],
  ['grace', { id: 'user-grace', name: 'Grace' }],
  ['everyone', { id: 'everyone', name: 'Everyone' }],
])

/** The elements without what Svelte adds to them. */
function draw(text: string, more: { myId?: string; onmention?: (userId: string) => void } = {}): string {
  return render(MessageText, { props: { text, mentions, ...more } })
    .body.replace(/<!--[^]*?-->/g, '')
    .replace(/ class="[^"]*"/g, (classes) => classes.replace(/ ?svelte-\w+/g, '').replace(' class=""', ''))
    .trim()
}

test('marks are elements, and lines end where they ended', () => {
  expect(draw('**a** _b_ ~~c~~\n  `d`')).toBe(
    '<div class="text" data-written="" data-block=""><p dir="auto"><strong>a</strong> <em>b</em> <s>c</s>\n  <code class="inline-code" dir="ltr">d</code></p></div>',
  )
})

test('HTML is text', () => {
  const html = draw('<img src=x onerror=alert(1)> **<script>alert(1)</script>** `<b>`\n```html\n<b onclick="x">\n```')
  expect(html).not.toMatch(/<(?:img|script|b)\b/)
  expect(html).toContain('&lt;img src=x onerror=alert(1)>')
  expect(html).toContain('&lt;script>alert(1)&lt;/script>')
})

test('links to other places leave without a trace, those to our own stay', () => {
  expect(draw('https://a.example/x')).toContain(
    '<a href="https://a.example/x" title="https://a.example/x" target="_blank" rel="noopener noreferrer">https://a.example/x</a>',
  )
  expect(draw('https://chat.example/c/1?x#y')).toContain(
    '<a href="/c/1?x#y" title="https://chat.example/c/1?x#y">https://chat.example/c/1?x#y</a>',
  )
  expect(draw('[https://bank.example](https://evil.example)')).toContain('(evil.example)')
  expect(draw('[quote](https://a.example/"onmouseover="alert(1))')).not.toContain('"onmouseover="')
})

test('who is mentioned can be opened, oneself and everyone stand out', () => {
  const onmention = () => {}
  expect(draw('@ada')).toContain('<span class="mention" title="@ada">@<bdi>&lt;b>Ada</bdi></span>')
  expect(draw('@grace', { onmention })).toContain('<button class="mention" type="button" title="@grace">')
  expect(draw('@grace', { onmention, myId: 'user-grace' })).toContain('<button class="mention mine"')
  expect(draw('@everyone', { onmention })).toContain('<span class="mention mine"')
})

test('formulas are their source until they can be drawn', () => {
  expect(draw('$x<y$')).toContain('<code dir="ltr" data-formula="$">x&lt;y</code>')
})

test('emoji by themselves are large', () => {
  expect(draw('👍🎉')).toMatch(/class=" ?emoji">👍🎉<\/p>/)
})
