/** A part of a content, as an answer brought it. */
export interface ContentSlice {
  blob: Blob
  /** The size of the whole content. */
  total: number
}

/** Bytes from a place on. A server, or something between, may answer all of it whatever was asked for. */
export async function readSlice(
  response: Response,
  from: number,
): Promise<{ kind: 'ok'; value: ContentSlice } | { kind: 'unreachable' }> {
  const blob = await response.blob()
  if (response.status === 200) return { kind: 'ok', value: { blob: blob.slice(from), total: blob.size } }
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? []
  if (Number(start) !== from || total === undefined) return { kind: 'unreachable' }
  return { kind: 'ok', value: { blob, total: Number(total) } }
}
