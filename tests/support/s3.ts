import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'
import type { S3Address } from '../../server/files/s3-home.ts'
import { findFreePort } from './free-port.ts'

export interface S3Service {
  /** A bucket of it. */
  readonly address: S3Address
  /** The same for FILES_URL. */
  readonly url: string
  stop(): Promise<void>
}

const BUCKET = 'chatbox'
/** The one key that it knows. */
const KEY = 'S3RVER'

/** An S3 of its own in a temporary folder, within this process. */
export async function startS3(): Promise<S3Service> {
  const directory = mkdtempSync(join(tmpdir(), 'chatbox-s3-'))
  const port = await findFreePort()
  const configureBuckets = [{ name: BUCKET, configs: [] }]
  const server = new S3rver({
    address: '127.0.0.1',
    port,
    silent: true,
    directory,
    vhostBuckets: false,
    configureBuckets,
  })
  await server.run()
  const endpoint = `http://127.0.0.1:${port}`
  return {
    address: { endpoint, region: 'us-east-1', bucket: BUCKET, prefix: '', accessKeyId: KEY, secretAccessKey: KEY },
    url: `s3://${KEY}:${KEY}@127.0.0.1:${port}/${BUCKET}?tls=no`,
    async stop() {
      await server.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
