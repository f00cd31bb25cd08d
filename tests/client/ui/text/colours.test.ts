import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const tokens = readFileSync(join(import.meta.dirname, '../../../../client/styles/tokens.css'), 'utf8')
const [light = '', dark = ''] = tokens.split(":root[data-theme='dark']")

function findColour(theme: string, name: string): string {
  return new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(theme)?.[1] ?? `--${name} is missing`
}

/** As WCAG 2 reckons it. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

const colours = ['on-code', 'code-comment', 'code-keyword', 'code-string', 'code-number', 'code-name', 'code-type']

test.each([
  ['light', light],
  ['dark', dark],
])('code can be read in the %s theme', (_, theme) => {
  for (const name of colours) {
    expect(contrast(findColour(theme, name), findColour(theme, 'code')), name).toBeGreaterThanOrEqual(4.5)
  }
  expect(contrast(findColour(theme, 'on-berry'), findColour(theme, 'berry'))).toBeGreaterThanOrEqual(4.5)
})
