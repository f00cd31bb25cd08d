import 'fake-indexeddb/auto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { uploadAll } from '../../../../client/sync/files/uploader.ts'
import { ERROR_CODES } from '../../../../shared/protocol/errors.ts'
import { createFilesDevice } from './files-device.ts'
import { bare, createUploadServer, refuse, toResponse } from './upload-server.ts'

/*
 * Whatever a server or something between answers, whenever it does: nothing is asked in circles, and each message waits,
 * was refused with a reason, or has all of its files on the server.
 */

const anyAnswer = fc.oneof(
  { weight: 4, arbitrary: fc.constant('as it should') },
  { weight: 2, arbitrary: fc.constant('nobody') },
  fc.constantFrom(...ERROR_CODES),
  fc.constantFrom(200, 201, 204, 400, 404, 409, 410, 412, 413, 415, 423, 460, 500, 502, 503),
  fc.record({ offset: fc.integer({ min: -5, max: 300_000 }) }),
  fc.constant('a stranger'),
)

test('whatever is answered, nothing goes in circles and nothing is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyAnswer, { minLength: 1, maxLength: 12 }), async (answers) => {
      const server = createUploadServer()
      const device = await createFilesDevice(server.fetch)
      let turn = 0
      for (const what of ['create', 'look', 'piece', 'finish', 'cancel']) {
        const answer = (_: unknown, go: () => Promise<Response>) => {
          const chosen = answers[turn++ % answers.length]
          if (chosen === undefined || chosen === 'as it should') return go()
          if (chosen === 'nobody') return Promise.reject(new TypeError('nobody'))
          if (chosen === 'a stranger') return Promise.resolve(new Response('<h1>Sign in</h1>'))
          if (typeof chosen === 'number') return Promise.resolve(bare(chosen))
          if (typeof chosen === 'string') return Promise.resolve(refuse(chosen))
          return Promise.resolve(
            toResponse(204, null, { 'upload-offset': String(chosen.offset), 'upload-length': '3' }),
          )
        }
        server.instead(what, answer, { times: Infinity })
      }
      await device.queue('one', { 'a.txt': 'x'.repeat(100_000), 'b.txt': 'b' })
      await device.queue('other', { 'c.txt': 'c' })
      const kept = await device.db.contents.count()
      for (let round = 0; round < 3; round += 1) {
        const before = server.asked.length
        await uploadAll(device.part)
        expect(server.asked.length - before).toBeLessThan(60)
      }
      expect(await device.db.contents.count()).toBe(kept)
      for (const entry of await device.db.outbox.toArray()) {
        const uploads = await device.db.uploads.where({ messageId: entry.id }).toArray()
        const isWhole = uploads.every(({ state }) => state.kind === 'whole')
        expect(entry.state.kind === 'waiting' || entry.state.kind === 'refused').toBe(true)
        expect((await device.due()).includes('text' in entry.command ? entry.command.text : '')).toBe(
          isWhole && entry.state.kind === 'waiting',
        )
      }
      expect(device.errors).toEqual([])
      await device.db.delete()
    }),
    { numRuns: 40, endOnFailure: true },
  )
})
