import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ContentKey, FileHome } from '../../server/files/home.ts'

/** A home of files that is gone with the test, and that several server processes may share. */
export interface MemoryHome extends FileHome {
  /** What it holds: uploads by the ids of their files, content by its own and the variant. */
  list(): string[]
}

export function createMemoryHome(now: () => number = Date.now): MemoryHome {
  const uploads = new Map<string, { bytes: Buffer; at: number }>()
  const content = new Map<string, { bytes: Buffer; at: number }>()
  const toName = ({ contentId, variant }: ContentKey) => `${contentId}.${variant}`
  return {
    list: () => [...uploads.keys(), ...content.keys()],
    countUploaded: async (id) => uploads.get(id)?.bytes.length ?? 0,
    async append(id, offset, source) {
      let end = offset
      for await (const bytes of source) {
        const before = uploads.get(id)?.bytes ?? Buffer.alloc(0)
        uploads.set(id, { bytes: Buffer.concat([before.subarray(0, end), bytes]), at: now() })
        end += bytes.length
      }
      return end
    },
    async removeUpload(id) {
      uploads.delete(id)
    },
    async withUpload(id, work) {
      const folder = await mkdtemp(join(tmpdir(), 'chatbox-home-'))
      try {
        const path = join(folder, 'upload')
        await writeFile(path, uploads.get(id)?.bytes ?? '')
        return await work({ path, folder })
      } finally {
        await rm(folder, { recursive: true })
      }
    },
    async keep(key, path) {
      content.set(toName(key), { bytes: await readFile(path), at: now() })
    },
    has: async (key) => content.has(toName(key)),
    async read(key, { first, last }) {
      const kept = content.get(toName(key))
      return kept && Readable.from([kept.bytes.subarray(first, last + 1)])
    },
    async removeContent(contentId) {
      for (const variant of ['whole', 'small'] as const) content.delete(toName({ contentId, variant }))
    },
    async *listOlder(than) {
      for (const [id, { at }] of [...uploads]) if (at < than) yield { kind: 'upload', id }
      for (const [name, { at }] of [...content]) if (at < than) yield { kind: 'content', id: name.replace(/\..*/, '') }
    },
    removeLeftovers: async () => undefined,
    countFree: async () => Number.POSITIVE_INFINITY,
  }
}
