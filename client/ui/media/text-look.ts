import { toEnding } from './file-ending.ts'
import { toFileLook } from './file-kind-words.ts'

/** A text is read in lines that are broken where there is no more room; code keeps its own, and has colours where its language is known. */
export type TextLook = { kind: 'text' } | { kind: 'code'; language: string | null }

/** The languages of ../text/lowlight.ts by the endings of their files. */
const LANGUAGES: Record<string, string> = {
  bash: 'sh bash zsh',
  c: 'c h',
  cpp: 'cpp cc hpp',
  csharp: 'cs',
  css: 'css scss',
  go: 'go',
  haskell: 'hs',
  java: 'java',
  javascript: 'js mjs jsx',
  json: 'json ipynb',
  latex: 'tex bib sty cls',
  matlab: 'm',
  python: 'py',
  r: 'r',
  rust: 'rs',
  sql: 'sql',
  typescript: 'ts tsx',
  xml: 'xml html htm xhtml svg xsd xsl svelte vue',
  yaml: 'yaml yml',
}

const byEnding = new Map(
  Object.entries(LANGUAGES).flatMap(([language, endings]) => endings.split(' ').map((ending) => [ending, language])),
)

export function toTextLook(name: string): TextLook {
  const language = byEnding.get(toEnding(name)) ?? null
  return language !== null || toFileLook('text/plain', name).icon === 'code'
    ? { kind: 'code', language }
    : { kind: 'text' }
}

const LINES_SHOWN = 12
const CHARACTERS_SHOWN = 1_500

/** The beginning of a text, in whole lines where these are not very long, and how many there are. */
export function toBeginning(text: string): { beginning: string; lines: number; isWhole: boolean } {
  const whole = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '')
  const lines = whole.split('\n')
  const beginning = lines
    .slice(0, LINES_SHOWN)
    .join('\n')
    .slice(0, CHARACTERS_SHOWN)
    .replace(/[\ud800-\udbff]$/, '')
  return { beginning, lines: lines.length, isWhole: beginning === whole }
}
