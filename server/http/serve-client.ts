import { CLASSROOM_PATH } from '../../shared/classroom/http.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../shared/protocol/version.ts'
import type { ClientFile, ClientFiles } from './client-files.ts'
import { accepts } from './accepts.ts'
import type { AppContext, AppHandler } from './context.ts'

const INDEX = '/index.html'
/** A classroom has a page of its own, which knows nothing of accounts. */
export const CLASSROOM = '/q.html'

/**
 * Serves the built client. Whatever looks like a page of the app is its `index.html`, and below `/q` the
 * classroom's `q.html`, which read the address themselves; whatever looks like a file is that file or a 404, never a page in its place, which
 * a browser would keep as a broken script.
 */
export function serveClient(files: ClientFiles): AppHandler {
  return (c) => {
    const { path } = c.req
    const file = files.get(path) ?? (isPage(c) ? files.get(findPage(path)) : undefined)
    return file === undefined ? c.text('Not found', 404) : answer(c, file)
  }
}

function findPage(path: string): string {
  return path === CLASSROOM_PATH || path.startsWith(`${CLASSROOM_PATH}/`) ? CLASSROOM : INDEX
}

/** Whether a page is asked for, and no file. */
export function isPage(c: AppContext): boolean {
  const { path } = c.req
  const name = path.slice(path.lastIndexOf('/') + 1)
  return !name.includes('.') && /text\/html|\*\/\*/.test(c.req.header('accept') ?? '*/*')
}

function answer(c: AppContext, file: ClientFile): Response {
  c.header('etag', file.etag)
  c.header('cache-control', file.cacheControl)
  c.header('vary', 'accept-encoding')
  c.header(PROTOCOL_HEADER, String(PROTOCOL_VERSION))
  if (c.req.header('if-none-match')?.includes(file.etag) === true) return c.body(null, 304)
  c.header('content-type', file.type)
  const header = c.req.header('accept-encoding')
  if (file.brotli !== undefined && accepts(header, 'br')) {
    c.header('content-encoding', 'br')
    return c.body(file.brotli)
  }
  if (file.gzip !== undefined && accepts(header, 'gzip')) {
    c.header('content-encoding', 'gzip')
    return c.body(file.gzip)
  }
  return c.body(file.plain)
}
