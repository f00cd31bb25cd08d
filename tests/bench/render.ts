import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from '../support/server.ts'
import { renderPerformance } from './performance-page.ts'
import { findMissing, toCosts } from './scale/costs.ts'
import { renderScale } from './scale/page.ts'
import { readResults, toLatest } from './results.ts'

// `npm run bench:docs`: draws docs/performance.md with its plots and docs/scale.md from what was measured.

const DOCS = join(ROOT, 'docs')
rmSync(join(DOCS, 'performance'), { recursive: true, force: true })
const latest = toLatest(readResults())
const newest = latest.at(-1)
const missing = findMissing(latest)
const measured = `${newest?.at.slice(0, 10)} at commit ${newest?.commit}, ${newest?.machine.cores} cores of ${newest?.machine.cpu}`
const pages = {
  ...renderPerformance(latest),
  ...(missing.length > 0 ? {} : { 'scale.md': renderScale(toCosts(latest), measured) }),
}
for (const [path, content] of Object.entries(pages)) {
  mkdirSync(dirname(join(DOCS, path)), { recursive: true })
  writeFileSync(join(DOCS, path), content)
}
if (missing.length > 0) {
  console.error(`docs/scale.md rests on rows that were not measured yet: npm run bench -- ${missing.join(' ')}`)
  process.exitCode = 1
}
