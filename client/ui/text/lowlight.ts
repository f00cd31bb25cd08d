import bash from 'highlight.js/lib/languages/bash'
import c from 'highlight.js/lib/languages/c'
import cpp from 'highlight.js/lib/languages/cpp'
import csharp from 'highlight.js/lib/languages/csharp'
import css from 'highlight.js/lib/languages/css'
import go from 'highlight.js/lib/languages/go'
import haskell from 'highlight.js/lib/languages/haskell'
import java from 'highlight.js/lib/languages/java'
import javascript from 'highlight.js/lib/languages/javascript'
import json from 'highlight.js/lib/languages/json'
import latex from 'highlight.js/lib/languages/latex'
import matlab from 'highlight.js/lib/languages/matlab'
import python from 'highlight.js/lib/languages/python'
import r from 'highlight.js/lib/languages/r'
import rust from 'highlight.js/lib/languages/rust'
import sql from 'highlight.js/lib/languages/sql'
import typescript from 'highlight.js/lib/languages/typescript'
import xml from 'highlight.js/lib/languages/xml'
import yaml from 'highlight.js/lib/languages/yaml'
import { createLowlight } from 'lowlight'
import { toCodeParts, type CodePart } from './code-parts.ts'

/* lowlight with the languages that are taught and used: large, so only highlighting.ts names this file, in an import(). */

const lowlight = createLowlight({
  ...{ bash, c, cpp, csharp, css, go, haskell, java, javascript, json },
  ...{ latex, matlab, python, r, rust, sql, typescript, xml, yaml },
})

/** The code's parts with what each of them is, or null for a language that is not known. Together they are the code. */
export function highlight(code: string, language: string): CodePart[] | null {
  return lowlight.registered(language) ? toCodeParts(lowlight.highlight(language, code)) : null
}
