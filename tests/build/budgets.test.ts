import { expect, test } from 'vitest'
import { findExceeded, type Spent } from '../../build/budgets.ts'
import { findMixedUp, measure, type Built } from '../../build/measure.ts'

const BUDGETS: Spent = {
  first: { campus: 100, classroom: 100 },
  toFirstMessage: 200,
  precached: 1_000,
  requests: { campus: 10, classroom: 10 },
}

test('what is within its budgets is no reason for a word', () => {
  expect(findExceeded(BUDGETS, BUDGETS)).toEqual([])
})

const exceeded: [change: Partial<Spent>, sentence: RegExp][] = [
  [
    { first: { campus: 1_101, classroom: 100 } },
    /^The first JavaScript of the app is 1\.1 kB .* at most 0\.1 kB\. Import later/,
  ],
  [{ first: { campus: 100, classroom: 101 } }, /^The first JavaScript of a classroom is /],
  [{ toFirstMessage: 201 }, /^The JavaScript from the entrance to the first message is /],
  [{ precached: 1_001 }, /^What is kept for being offline is /],
  [
    { requests: { campus: 11, classroom: 10 } },
    /^A first visit to the app asks for 11 files, of at most 10\. Put more into one/,
  ],
  [{ requests: { campus: 10, classroom: 11 } }, /^A first visit to a classroom asks for 11 files/],
]
test.each(exceeded)('%j fails the build with a sentence', (change, sentence) => {
  const sentences = findExceeded({ ...BUDGETS, ...change }, BUDGETS)
  expect(sentences).toEqual([expect.stringMatching(sentence)])
})

const SIZES: Record<string, number> = {
  ...{ 'a/first.js': 60, 'a/campus.js': 30, 'a/classroom.js': 20, 'a/chat.js': 50, 'a/dialog.js': 7 },
  ...{ 'a/ask.js': 5, 'a/chat.css': 3, 'a/first.css': 2, 'index.html': 1 },
}
const chunk = (name: string, imports: string[] = [], styles: string[] = []) => ({
  fileName: `a/${name}.js`,
  imports: imports.map((other) => `a/${other}.js`),
  later: [],
  modules: [`/client/${name}.ts`],
  styles,
})
const hashed = (url: string, pack?: string) => ({ url, revision: null, ...(pack !== undefined && { pack, bytes: 1 }) })
const built: Built = {
  chunks: [
    ...[chunk('first', [], ['a/first.css']), chunk('campus', ['first']), chunk('classroom', ['first'])],
    ...[chunk('chat', ['first'], ['a/chat.css']), chunk('ask', ['first']), chunk('dialog')],
  ],
  pages: {
    campus: { first: ['/client/campus.ts'], next: ['/client/chat.ts'] },
    classroom: { first: ['/client/classroom.ts'], next: ['/client/ask.ts'] },
  },
  named: { campus: ['a/campus.js', 'a/first.js', 'icon.svg'], classroom: ['a/classroom.js', 'a/first.js'] },
  precache: [
    ...[
      hashed('a/first.js'),
      hashed('a/first.css'),
      hashed('a/chat.js', '/a/pack-1'),
      hashed('a/chat.css', '/a/pack-1'),
    ],
    ...[hashed('a/dialog.js', '/a/pack-2'), { url: 'index.html', revision: 'r' }],
  ],
  countSent: (path) => SIZES[path] ?? NaN,
}

test('what a page loads is counted with all that it cannot be run without, once', () => {
  expect(measure(built)).toEqual({
    first: { campus: 90, classroom: 80 },
    toFirstMessage: 140,
    precached: 60 + 2 + 50 + 3 + 7 + 1,
    // The page, the service worker, what the page names and loads, two packs, and index.html for the cache.
    requests: { campus: 2 + 6 + 2 + 1, classroom: 2 + 4 + 2 + 1 },
  })
})

test('a module that is said to be loaded and is in no file is an error', () => {
  const pages = { ...built.pages, campus: { first: ['/client/gone.ts'], next: [] } }
  expect(() => measure({ ...built, pages })).toThrow('/client/gone.ts is in no file of the build')
})

test('a page that loads the beginning of the other one, at whatever time, is mixed up', () => {
  expect(findMixedUp(built)).toEqual([])
  const chunks = [...built.chunks, { ...chunk('poll', ['campus']) }].map((one) =>
    one.fileName === 'a/ask.js' ? { ...one, later: ['a/poll.js'] } : one,
  )
  const mixed = chunks.map((one) => (one.fileName === 'a/classroom.js' ? { ...one, later: ['a/ask.js'] } : one))
  expect(findMixedUp({ ...built, chunks: mixed })).toEqual([
    'The page that begins with /client/classroom.ts loads /client/campus.ts too. Look at FILES in vite.config.ts.',
  ])
})
