import type { Upload } from '../../../client/sync/database.ts'
import { isCarried } from '../../../server/files/file-rows.ts'
import type { Planted } from './planted.ts'
import { puttingOthers, withTables } from './tables.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Mistakes in how files go up, wait, are swept and come again. */
export const WITH_FILES: Record<string, Planted> = {
  'what somebody asked about today is swept': {
    sweep: (sweep) => (parts) => sweep({ ...parts, now: () => parts.now() + 2 * DAY_MS }),
  },

  'whether a message carries a file is looked at before it is swept, and not again': {
    sweep:
      (_, { scheduler, chance }) =>
      async ({ store, now }) => {
        const unused = await store.db
          .selectFrom('file')
          .select('id')
          .where('touched_at', '<', now() - DAY_MS)
          .where((file) => file.not(isCarried(file)))
          .execute()
        const ids = unused.map(({ id }) => id)
        await new Promise<void>((resolve) => void scheduler.after(chance.between(0, 10_000), resolve))
        if (ids.length > 0) await store.write((db) => db.deleteFrom('file').where('id', 'in', ids).execute())
      },
  },

  'a piece is put behind what is there, whatever it says where it belongs': {
    app: (fetch) => async (request) => {
      if (request.method !== 'PATCH') return fetch(request)
      const { url, headers } = request
      const known = await fetch(new Request(url, { method: 'HEAD', headers }))
      const offset = known.headers.get('upload-offset')
      if (offset === null) return fetch(request)
      const moved = new Headers(headers)
      moved.set('upload-offset', offset)
      return fetch(new Request(url, { method: 'PATCH', headers: moved, body: await request.arrayBuffer() }))
    },
  },

  'what the server lost of a file does not go up again': {
    campusStore: (store) =>
      withTables(store, ({ uploads }) => ({
        uploads: puttingOthers(uploads, (upload) => [
          upload.problem?.code === 'file_missing' ? { ...upload, state: { kind: 'whole' } } : upload,
        ]),
      })),
  },

  'a file is taken for whole as soon as it is announced': {
    campusStore: (store) =>
      withTables(store, ({ uploads }) => ({
        uploads: puttingOthers(uploads, (upload) => [
          upload.isCreated && upload.state.kind === 'waiting' ? { ...upload, state: { kind: 'whole' } } : upload,
        ]),
      })),
  },

  'a message whose files are on their way holds up what was written after it': {
    campusStore: (store, { outbox }) =>
      withTables(store, ({ uploads }) => ({
        uploads: {
          ...uploads,
          async toArray() {
            const all = await uploads.toArray()
            const entries = [...outbox.rows.values()].sort((one, other) => one.position - other.position)
            const awaiting = all.find(({ state }) => state.kind !== 'whole')
            const first = entries.findIndex(({ id }) => all.some((upload) => isAwaited(upload, id)))
            if (awaiting === undefined || first === -1) return all
            // As if all of these had a file that somebody paused.
            const others = entries.slice(first + 1).filter(({ id }) => !all.some(({ messageId }) => messageId === id))
            return [
              ...all,
              ...others.map(({ id }): Upload => ({ ...awaiting, id, messageId: id, state: { kind: 'paused' } })),
            ]
          },
        },
      })),
  },
}

function isAwaited({ messageId, state }: Upload, id: string): boolean {
  return messageId === id && state.kind !== 'whole'
}
