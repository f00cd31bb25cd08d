import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'svelte/compiler'
import { expect, test } from 'vitest'

// A part of the app may not come, with a network that breaks off: whoever awaits one in a screen says what then.

const client = join(import.meta.dirname, '../../../client')

interface AwaitBlock {
  type: 'AwaitBlock'
  start: number
  expression: { start: number; end: number }
  catch: unknown
}

function isAwaitBlock(node: object): node is AwaitBlock {
  return 'type' in node && node.type === 'AwaitBlock'
}

/** The source of what is awaited and never caught. */
function findUncaught(source: string): string[] {
  const found: string[] = []
  const look = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    if (isAwaitBlock(node)) {
      const awaited = source.slice(node.expression.start, node.expression.end)
      if (node.catch === null && !/\.catch\(|^loadOrSay\(/.test(awaited)) found.push(awaited)
    }
    Object.values(node).forEach(look)
  }
  look(parse(source, { modern: true }).fragment)
  return found
}

const components = readdirSync(client, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.svelte'))

test('no screen awaits a part of the app without saying what is shown when it does not come', () => {
  expect(components.length).toBeGreaterThan(150)
  const uncaught = components.flatMap((name) =>
    findUncaught(readFileSync(join(client, name), 'utf8')).map((awaited) => `${name}: ${awaited}`),
  )
  expect(uncaught).toEqual([])
})

test.each([
  [`{#if a}{#await import('./b.svelte') then { default: B }}<B />{/await}{/if}`, 1],
  [`{#await part then { default: B }}<B />{/await}`, 1],
  [`{#await import('./b.svelte') then { default: B }}<B />{:catch}<p>Gone</p>{/await}`, 0],
  [`{#await import('./b.svelte').catch(() => null) then part}{#if part}<part.default />{/if}{/await}`, 0],
])('%s', (source, count) => {
  expect(findUncaught(source)).toHaveLength(count)
})
