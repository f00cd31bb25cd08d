import { dirname, join } from 'node:path/posix'
import ts from 'typescript'

/** A source file by its path from the repository's root, such as `server/log/pull.ts`. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

const TAKES_COMMANDS = ['server/commands', 'server/accounts', 'server/classroom', 'server/operate', 'server/own-data']
const BESIDE_COMMANDS = ['server/notify']
/** The machinery of every log, and what it stands on. */
const BELOW_KINDS = ['server/log', 'server/store', 'server/bus', 'shared']
/** What governing stands on, whoever governs. */
const GOVERNING = ['server/audit', 'server/settings']
const BELOW_COMMANDS = ['server/campus', 'server/limits', ...GOVERNING, ...BELOW_KINDS]

/**
 * What each room may import besides itself: the last lines of DESIGN.md. A room is a folder, or a
 * file that has a part of its own.
 */
const ROOMS: Record<string, { mayImport: readonly string[]; instead: string }> = {
  shared: { mayImport: [], instead: 'shared/ knows neither side: hand in what it needs as an argument.' },
  migrations: { mayImport: [], instead: 'A migration keeps its own copy of what it needs, so that it never changes.' },

  'server/store': { mayImport: ['migrations', 'shared'], instead: 'The store knows tables only: move the rest up.' },
  'server/bus': { mayImport: ['shared'], instead: 'The bus carries what it is given: hand the rest in.' },
  'server/audit': {
    mayImport: ['server/store', 'shared'],
    instead: 'The audit log is written by whoever acts: they hand it what they did.',
  },
  'server/settings': {
    mayImport: ['server/audit', 'server/bus', 'server/store', 'shared'],
    instead: 'Settings know nobody who follows them: let server/serve.ts hand it what it needs.',
  },
  'server/log': {
    mayImport: ['server/store', 'server/bus', 'shared'],
    instead: 'The log is below commands, live and http: let them hand it what it needs.',
  },
  'server/limits': {
    mayImport: ['server/campus', 'server/log', 'server/store', 'shared'],
    instead: 'Limits know nobody whom they slow down: let server/serve.ts hand them what they need.',
  },
  'server/files': {
    mayImport: BELOW_COMMANDS,
    instead: 'Files are below commands, live and http: let server/serve.ts hand them what they need.',
  },
  'server/campus': {
    mayImport: ['server/audit', ...BELOW_KINDS],
    instead: 'It describes the log of the campus: its rules are in commands, which stand above it.',
  },
  'server/commands': {
    mayImport: ['server/files', ...BELOW_COMMANDS],
    instead: 'Commands are below live and http: let server/serve.ts hand them what they need.',
  },
  'server/own-data': {
    mayImport: ['server/files', ...BELOW_COMMANDS],
    instead: 'It is below live and http, and beside the others: let server/serve.ts hand it what it needs.',
  },
  'server/operate': {
    mayImport: ['server/files', ...BELOW_COMMANDS],
    instead: 'It is below live and http, and beside the others: let server/serve.ts hand it what it needs.',
  },
  ...rooms(['server/accounts', 'server/classroom', ...BESIDE_COMMANDS], {
    mayImport: ['server/commands', ...BELOW_COMMANDS],
    instead: 'It is below live and http, and beside the others: let server/serve.ts hand it what it needs.',
  }),
  'server/live': {
    mayImport: [...TAKES_COMMANDS, ...BELOW_COMMANDS],
    instead: 'live is beside http: let server/serve.ts hand it what it needs.',
  },
  'server/ops': {
    mayImport: ['package.json', 'server/config.ts', 'server/files', 'migrations', ...TAKES_COMMANDS, ...BELOW_COMMANDS],
    instead: 'ops knows neither live nor http: let server/serve.ts hand it the rest.',
  },
  'server/https': {
    mayImport: ['shared'],
    instead: 'Certificates know nothing of the app: let server/serve.ts hand it what it needs.',
  },
  'server/metrics': {
    mayImport: ['server/live', 'server/ops', ...BELOW_COMMANDS],
    instead: 'Metrics watch parts from outside: let server/serve.ts hand them over.',
  },
  'server/http': {
    mayImport: [
      'server/config.ts',
      'server/files',
      'server/live',
      'server/metrics',
      'server/ops',
      ...TAKES_COMMANDS,
      ...BESIDE_COMMANDS,
      ...BELOW_COMMANDS,
    ],
    instead: 'http gets its parts from server/serve.ts.',
  },
  'server/config.ts': { mayImport: ['shared'], instead: 'The settings know no part of the server.' },
  'server/start.ts': { mayImport: [], instead: 'It only builds and starts; put the rest into server/serve.ts.' },
  'server/dev.ts': { mayImport: [], instead: 'It only starts others; put the rest into server/serve.ts.' },
  ...rooms(['server/main.ts', 'server/serve.ts'], {
    mayImport: ['server', 'shared'],
    instead: 'It puts the parts of the server together, and no others.',
  }),

  'client/ui': {
    mayImport: ['shared'],
    instead: 'ui has no knowledge of sync: hand data in as properties, from a view.',
  },
  'client/styles': { mayImport: [], instead: 'Styles stand alone.' },
  'client/environment.ts': {
    mayImport: ['client/sync', 'shared'],
    instead: 'The platform is what sync asks for, and knows nothing of data and views.',
  },
  'client/load-part.ts': { mayImport: [], instead: 'The build puts it before every part of the app: it stands alone.' },
  'client/router.ts': { mayImport: ['shared'], instead: 'The router knows paths only.' },
  'client/precache': { mayImport: [], instead: 'The service worker has it before it has anything else.' },
  'client/sync': {
    mayImport: ['shared'],
    instead: 'sync is below data and views: they read what it stores.',
  },
  'client/data': {
    mayImport: ['client/sync', 'shared'],
    instead: 'data is below views: move what draws up, and what both need into shared/.',
  },
  'client/views': {
    mayImport: [...['client/data', 'client/ui', 'client/sync', 'client/styles', 'client/router.ts'], 'shared'],
    instead: 'A view reads through client/data/ and draws with client/ui/.',
  },
  'client/sw.ts': {
    mayImport: ['client/precache', 'client/sync', 'client/data', 'client/environment.ts', 'shared'],
    instead: 'The service worker has no screen: it uses sync.',
  },
  ...rooms(['client/main.ts', 'client/classroom.ts'], {
    mayImport: ['client', 'shared'],
    instead: 'It puts the parts of the client together, and no others.',
  }),
}

function rooms<Rule>(names: readonly string[], rule: Rule): Record<string, Rule> {
  return Object.fromEntries(names.map((name) => [name, rule]))
}

/** Every broken rule as a sentence that says what to do instead. */
export function findBrokenRules(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map((file) => [file.path, listImports(file)]))
  return [
    ...files.flatMap((file) => checkRoom(file.path, imports.get(file.path) ?? [])),
    ...files.flatMap(checkWords),
    ...findCircles(imports).map(
      (circle) => `${circle.join(' → ')} is a circle. Move what both need into a file below them, or hand it in.`,
    ),
    ...findCircles(groupByRoom(imports)).map(
      (circle) =>
        `${circle.join(' → ')}: these rooms import each other. Let one be above, and be handed to by main.ts.`,
    ),
  ]
}

function isWithin(path: string, room: string): boolean {
  return path === room || path.startsWith(`${room}/`)
}

function findRoom(path: string): string | undefined {
  return Object.keys(ROOMS).find((room) => isWithin(path, room))
}

function checkRoom(path: string, imported: readonly string[]): string[] {
  const room = findRoom(path)
  const rule = room === undefined ? undefined : ROOMS[room]
  if (room === undefined || rule === undefined) {
    return [`${path} is in none of the rooms of DESIGN.md. Put it into the one that it belongs to.`]
  }
  return imported
    .filter((target) => ![room, ...rule.mayImport].some((allowed) => isWithin(target, allowed)))
    .map((target) => `${path} imports ${target}. ${rule.instead}`)
}

const READS_SETTINGS = ['server/config.ts', 'server/main.ts', 'server/start.ts', 'server/ops']

function checkWords({ path, text }: SourceFile): string[] {
  const code = withoutComments(text)
  const broken: string[] = []
  if (
    /\bprocess\.env\b|\benv\b[^\n]*from 'node:process'/.test(code) &&
    !READS_SETTINGS.some((room) => isWithin(path, room))
  ) {
    broken.push(`${path} reads process.env. Add the setting to server/config.ts and hand it in from server/serve.ts.`)
  }
  const touchesWindow = /(?<![\w$.:'"-])window(?=\s*(\?\.|\.[a-zA-Z]|\[))|\btypeof window\b/.test(code)
  if (touchesWindow && path.startsWith('client/') && path !== 'client/environment.ts') {
    broken.push(`${path} touches window. Add what it needs to Environment in client/environment.ts and hand it in.`)
  }
  return broken
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|<!--[^]*?-->|(?<=^|\s)\/\/.*$/gm, '')
}

function listScripts(svelte: string): string[] {
  return Array.from(svelte.matchAll(/<script[^>]*>([^]*?)<\/script>/g), ([, script]) => script ?? '')
}

function listImports({ path, text }: SourceFile): string[] {
  const script = path.endsWith('.svelte') ? listScripts(text).join('\n') : text
  return ts
    .preProcessFile(script, true, true)
    .importedFiles.map((file) => file.fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => join(dirname(path), name))
}

function groupByRoom(imports: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  const grouped = new Map<string, string[]>()
  for (const [path, targets] of imports) {
    const room = findRoom(path)
    if (room === undefined) continue
    const others = targets.map(findRoom).filter((other) => other !== undefined)
    grouped.set(room, [...(grouped.get(room) ?? []), ...others.filter((other) => other !== room)])
  }
  return grouped
}

/** Each circle once, from its first name in the alphabet. */
function findCircles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles = new Map<string, string[]>()
  const done = new Set<string>()
  const walk = (path: string, above: readonly string[]): void => {
    const start = above.indexOf(path)
    if (start >= 0) {
      const circle = above.slice(start)
      circles.set(circle.toSorted().join(), [...circle, path])
      return
    }
    if (done.has(path)) return
    for (const target of imports.get(path) ?? []) walk(target, [...above, path])
    done.add(path)
  }
  for (const path of [...imports.keys()].sort()) walk(path, [])
  return [...circles.values()]
}
