import { createMiddleware } from 'hono/factory'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { accepts } from './accepts.ts'
import type { Env } from './context.ts'

/** Below about one packet there is nothing to win. */
const COMPRESS_FROM_BYTES = 1024

/**
 * Compresses what the API answers. Hono's own middleware takes what has no content-length for long,
 * which is every small answer. Pictures are as small as they get, and what is served in parts is counted by its own bytes.
 */
export const compressed = createMiddleware<Env>(async (c, next) => {
  await next()
  const { headers } = c.res
  if (headers.get('content-type')?.startsWith('image/') === true || headers.has('accept-ranges')) return
  c.header('vary', 'accept-encoding', { append: true })
  if (!accepts(c.req.header('accept-encoding'), 'gzip') || c.res.body === null) return
  const plain = new Uint8Array(await c.res.arrayBuffer())
  const isLong = plain.length >= COMPRESS_FROM_BYTES
  c.res = new Response(isLong ? new Uint8Array(await promisify(gzip)(plain)) : plain, c.res)
  if (isLong) c.header('content-encoding', 'gzip')
})
