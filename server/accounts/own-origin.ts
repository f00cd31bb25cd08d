import type { IncomingHttpHeaders } from 'node:http'

type OriginHeaders = Pick<IncomingHttpHeaders, 'origin' | 'host' | 'sec-fetch-site'>

/**
 * Whether a request that changes something comes from our own pages. Browsers say with `Origin` who
 * asks; where it is missing, `Sec-Fetch-Site` may still tell that it was another site. A client that
 * is no browser sends neither, and has no cookie that somebody else could make it use.
 */
export function isOwnOrigin(headers: OriginHeaders, config: { publicUrl: URL | undefined }): boolean {
  const { origin, host } = headers
  if (origin === undefined) return [undefined, 'same-origin', 'none'].includes(headers['sec-fetch-site']?.toString())
  if (config.publicUrl !== undefined) return origin === config.publicUrl.origin
  return host !== undefined && [`http://${host}`, `https://${host}`].includes(origin)
}
