import 'fake-indexeddb/auto'
import { uuidv7 } from 'uuidv7'
import { ClientDatabase } from '../../client/sync/database.ts'
import { createContents } from '../../client/sync/files/contents.ts'
import { createDownloads } from '../../client/sync/files/downloads.ts'
import { createFilesApi } from '../../client/sync/files/files-api.ts'
import { startUploads } from '../../client/sync/files/start-uploads.ts'
import type { Fetch } from '../../client/sync/request.ts'
import { systemClock } from '../../shared/clock.ts'
import { send } from '../support/campus.ts'
import { waitFor } from '../support/wait-for.ts'
import { enqueueOn } from '../sim/memory-store.ts'
import type { Device } from './device.ts'

/** What a device does with files besides: it uploads them as a leading tab does, and fetches those of others. */
export interface FilesDevice {
  /** Sends a message with these; returns its id. */
  send(conversationId: string, text: string, files: Record<string, Uint8Array>): Promise<string>
  /** Waits until it holds the message with all that its files hold, in their order. */
  receive(messageId: string): Promise<Uint8Array[]>
  /** Takes a file out of a message that waits. */
  cancel(name: string): Promise<void>
  /** Another tab that is at it too. */
  openTab(fetch?: Fetch): void
  stop(): Promise<void>
}

let databases = 0

/** `fetch` where another network is between it and the server than for everything else. */
export function withFiles(device: Device, fetch: Fetch = device.fetch): FilesDevice {
  const db = new ClientDatabase(`files-${databases++}`)
  const contents = createContents(db, Date.now)
  const errors: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  const tabs: { stop(): void }[] = []
  const downloads = createDownloads({
    ...{ db, clock: systemClock, api: createFilesApi(fetch, device.userId), onError },
    makeRoom: async () => true,
  })
  const openTab = (over = fetch) => {
    const environment = {
      ...{ clock: systemClock, random: Math.random, fetch: over, onError },
      ...{ onWake: () => () => undefined, requestBackgroundSync: () => undefined },
    }
    tabs.push(startUploads(environment, device, db, device.store))
  }
  openTab()
  return {
    openTab,
    async send(conversationId, text, files) {
      const command = send(conversationId, text, { writtenAt: Date.now() })
      const sent = Object.entries(files).map(([name, bytes], place) => ({ id: uuidv7(), name, bytes, place }))
      for (const { id, bytes } of sent) await contents.put(id, 'whole', new Blob([bytes.slice()]))
      await device.store.transact(async ({ uploads }) => {
        await uploads.bulkPut(
          sent.map(({ id, name, bytes, place }) => ({
            ...{ id, conversationId, messageId: command.id, place, name, type: '', bytes: bytes.length },
            ...{ as: 'document', isReady: true, sha256: null, description: '', state: { kind: 'waiting' } },
            ...{ sent: 0, isCreated: false, problem: null },
          })),
        )
        enqueueOn(device.disk, [{ ...command, files: sent.map(({ id }) => ({ id, description: '' })) }], Date.now())
      })
      return command.id
    },
    async receive(messageId) {
      const row = await waitFor('the message', () => device.disk.messages.rows.get(messageId), 60_000)
      const files = row.files ?? []
      for (const { id } of files) downloads.want(id, 'whole')
      const held: Uint8Array[] = []
      for (const { id } of files) {
        const blob = await waitFor('what its files hold', () => contents.find(id, 'whole'), 60_000)
        held.push(new Uint8Array(await blob.arrayBuffer()))
      }
      return held
    },
    cancel: (name) =>
      device.store.transact(async ({ uploads, outbox }) => {
        const upload = (await uploads.toArray()).find((one) => one.name === name)
        const entry = (await outbox.toArray()).find(({ id }) => id === upload?.messageId)
        if (upload === undefined || entry === undefined) throw new Error(`${name} does not wait`)
        await outbox.bulkDelete([entry.position])
        await uploads.bulkPut([{ ...upload, messageId: upload.id }])
      }),
    async stop() {
      downloads.stop()
      for (const tab of tabs) tab.stop()
      await db.delete()
      if (errors.length > 0) throw new AggregateError(errors, 'uploading reported errors')
    },
  }
}
