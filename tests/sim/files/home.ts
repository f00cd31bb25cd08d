import { Readable } from 'node:stream'
import type { ContentKey, FileHome } from '../../../server/files/home.ts'

/**
 * Where the bytes of files lie, in one run: a folder that all processes see. A process that is killed leaves what it wrote;
 * who restores a backup of the database may have this one as it is, as it was then, or not at all.
 */
export interface SimHome extends FileHome {
  /** Keeps what an upload holds as content. */
  keepUpload(id: string, contentId: string): void
  bytesOf(kind: 'upload' | 'content', id: string): Uint8Array | undefined
  /** All that lies there, as kind and id. */
  list(): string[]
  backUp(): void
  restore(as: 'is' | 'then' | 'lost'): void
}

interface Kept {
  bytes: Uint8Array
  at: number
}

export function createSimHome(now: () => number): SimHome {
  let kept = new Map<string, Kept>()
  let then = new Map<string, Kept>()
  const get = (kind: string, id: string) => kept.get(`${kind} ${id}`)?.bytes
  const nothing = new Uint8Array()
  const notHere = (): never => {
    throw new Error('the simulation models what looks into files')
  }
  return {
    keepUpload(id, contentId) {
      kept.set(`content ${contentId}`, { bytes: get('upload', id) ?? nothing, at: now() })
    },
    bytesOf: get,
    list: () => [...kept.keys()].sort(),
    backUp: () => (then = copy(kept)),
    restore(as) {
      if (as === 'then') kept = copy(then)
      if (as === 'lost') kept = new Map()
    },
    countUploaded: async (id) => get('upload', id)?.length ?? 0,
    async append(id, offset, source) {
      // As an open file: what is removed meanwhile takes with it what is still to come.
      const upload = kept.get(`upload ${id}`) ?? { bytes: nothing, at: now() }
      kept.set(`upload ${id}`, upload)
      let end = offset
      for await (const bytes of source) {
        const after = new Uint8Array(Math.max(upload.bytes.length, end + bytes.length))
        after.set(upload.bytes)
        after.set(bytes, end)
        end += bytes.length
        Object.assign(upload, { bytes: after, at: now() })
      }
      return end
    },
    removeUpload: async (id) => void kept.delete(`upload ${id}`),
    withUpload: notHere,
    keep: notHere,
    has: async ({ contentId }: ContentKey) => kept.has(`content ${contentId}`),
    async read({ contentId }, { first, last }) {
      const bytes = get('content', contentId)
      return bytes && Readable.from([bytes.subarray(first, last + 1)])
    },
    removeContent: async (contentId) => void kept.delete(`content ${contentId}`),
    async *listOlder(than) {
      for (const [key, { at }] of [...kept]) {
        const [kind = '', id = ''] = key.split(' ')
        if (at < than) yield { kind: kind === 'upload' ? 'upload' : 'content', id }
      }
    },
    removeLeftovers: async () => undefined,
    countFree: async () => Number.POSITIVE_INFINITY,
  }
}

function copy(kept: ReadonlyMap<string, Kept>): Map<string, Kept> {
  return new Map([...kept].map(([key, one]) => [key, { ...one }]))
}
