import { S3 } from '@aws-sdk/client-s3'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { asRoom, codeOf } from './disk-errors.ts'
import { type ContentKey, type FileHome, HomeFull, HomeUnavailable } from './home.ts'
import { openScratch } from './scratch.ts'

/*
 *   <prefix>uploads/<id>/<offset>           the pieces of an upload, each with where it begins
 *   <prefix>content/<id>.whole, .small      what is kept
 *
 * An object is there all at once or not at all. So what arrives is put down piece by piece: a connection that breaks, or
 * a process that ends, costs at most the piece that was not full.
 */

/** Where a bucket is, and how one gets in. */
export interface S3Address {
  endpoint: string
  region: string
  bucket: string
  /** Before each key: empty, or with a slash at its end. */
  prefix: string
  accessKeyId: string
  secretAccessKey: string
}

const PIECE_BYTES = 1024 * 1024
/** Room for twelve digits keeps pieces in the order of their names. */
const OFFSET_DIGITS = 13
const REMOVED_AT_ONCE = 8
const INSUFFICIENT_STORAGE = 507

const SETTINGS = {
  // What is not Amazon's knows nothing of checksums behind a body.
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  forcePathStyle: true,
  requestHandler: {
    ...{ connectionTimeout: 5_000, socketTimeout: 30_000 },
    // Each download holds one for as long as it takes.
    ...{ httpAgent: { maxSockets: 500 }, httpsAgent: { maxSockets: 500 } },
  },
} as const

/** Files in a bucket of S3, or of what speaks like it. Throws `HomeUnavailable`. */
export async function openS3Home(address: S3Address, scratchFolder: string): Promise<FileHome> {
  const { endpoint, region, accessKeyId, secretAccessKey, bucket: Bucket, prefix } = address
  const client = new S3({ ...SETTINGS, endpoint, region, credentials: { accessKeyId, secretAccessKey } })
  const scratch = await openScratch(scratchFolder)
  const contentKey = ({ contentId, variant }: ContentKey) => `${prefix}content/${contentId}.${variant}`
  const pieceFolder = (id: string) => `${prefix}uploads/${id}/`
  const pieceKey = (id: string, offset: number) => pieceFolder(id) + String(offset).padStart(OFFSET_DIGITS, '0')

  async function put(Key: string, Body: Buffer | Readable, ContentLength: number): Promise<void> {
    try {
      await client.putObject({ Bucket, Key, Body, ContentLength })
    } catch (error) {
      throw statusOf(error) === INSUFFICIENT_STORAGE ? new HomeFull('the bucket is full', { cause: error }) : error
    }
  }

  async function* list(under: string): AsyncIterable<{ key: string; bytes: number; modifiedAt: number }> {
    let next: string | undefined
    do {
      const page = await client.listObjectsV2({
        Bucket,
        Prefix: under,
        ...(next !== undefined && { ContinuationToken: next }),
      })
      for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
        yield { key: Key, bytes: Size, modifiedAt: LastModified?.getTime() ?? 0 }
      }
      next = page.NextContinuationToken
    } while (next !== undefined)
  }

  /** The pieces that follow on each other from the first byte on. */
  async function listPieces(id: string): Promise<{ keys: string[]; bytes: number }> {
    const keys: string[] = []
    let end = 0
    for await (const { key, bytes } of list(pieceFolder(id))) {
      if (key !== pieceKey(id, end)) continue
      keys.push(key)
      end += bytes
    }
    return { keys, bytes: end }
  }

  async function remove(keys: readonly string[]): Promise<void> {
    // One by one: not everything that speaks like S3 removes several with one call.
    for (let at = 0; at < keys.length; at += REMOVED_AT_ONCE) {
      await Promise.all(keys.slice(at, at + REMOVED_AT_ONCE).map((Key) => client.deleteObject({ Bucket, Key })))
    }
  }

  async function* readPieces(keys: readonly string[]): AsyncIterable<Uint8Array> {
    for (const Key of keys) {
      const { Body } = await client.getObject({ Bucket, Key })
      if (Body instanceof Readable) yield* Body as AsyncIterable<Uint8Array>
    }
  }

  try {
    await put(`${prefix}probe`, Buffer.alloc(0), 0)
    await remove([`${prefix}probe`])
  } catch (cause) {
    throw new HomeUnavailable(
      `The bucket of FILES_URL did not let us in (${codeOf(cause) || nameOf(cause)}). ` +
        'Start its server, or correct key, secret, host and bucket.',
      { cause },
    )
  }

  return {
    countUploaded: async (id) => (await listPieces(id)).bytes,
    async append(id, offset, source) {
      let end = offset
      let arrived: Uint8Array[] = []
      let bytes = 0
      async function putDown(): Promise<void> {
        if (bytes === 0) return
        await put(pieceKey(id, end), Buffer.concat(arrived), bytes)
        end += bytes
        arrived = []
        bytes = 0
      }
      try {
        for await (const part of source) {
          arrived.push(part)
          bytes += part.length
          if (bytes >= PIECE_BYTES) await putDown()
        }
      } finally {
        await putDown()
      }
      return end
    },
    async removeUpload(id) {
      const keys: string[] = []
      for await (const { key } of list(pieceFolder(id))) keys.push(key)
      await remove(keys)
    },
    withUpload: (id, work) =>
      scratch.run(async (folder) => {
        const path = join(folder, 'upload')
        const { keys } = await listPieces(id)
        await asRoom(pipeline(readPieces(keys), createWriteStream(path)))
        return work({ path, folder })
      }),
    async keep(key, path) {
      const { size } = await stat(path)
      await put(contentKey(key), createReadStream(path), size)
    },
    async has(key) {
      return (await orMissing(client.headObject({ Bucket, Key: contentKey(key) }))) !== undefined
    },
    async read(key, { first, last }) {
      const Range = `bytes=${first}-${last}`
      const found = await orMissing(client.getObject({ Bucket, Key: contentKey(key), Range }))
      return found?.Body instanceof Readable ? found.Body : undefined
    },
    removeContent: (contentId) =>
      remove((['whole', 'small'] as const).map((variant) => contentKey({ contentId, variant }))),
    async *listOlder(than) {
      for await (const { key, modifiedAt } of list(`${prefix}uploads/`)) {
        const [id = ''] = key.slice(`${prefix}uploads/`.length).split('/')
        if (modifiedAt < than) yield { kind: 'upload', id }
      }
      for await (const { key, modifiedAt } of list(`${prefix}content/`)) {
        const [id = ''] = key.slice(`${prefix}content/`.length).split('.')
        if (modifiedAt < than) yield { kind: 'content', id }
      }
    },
    removeLeftovers: scratch.clear,
    countFree: async () => Number.POSITIVE_INFINITY,
  }
}

async function orMissing<Found>(asking: Promise<Found>): Promise<Found | undefined> {
  try {
    return await asking
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

function statusOf(error: unknown): number | undefined {
  const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : undefined
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata ? metadata.httpStatusCode : 0
  return typeof status === 'number' ? status : undefined
}
