import { uuidv7 } from 'uuidv7'
import type { Environment } from '../environment.ts'
import { createContents, type ContentsDatabase } from './contents.ts'
import { createFilesApi } from './files-api.ts'
import { createPieceSize } from './piece-size.ts'
import { sendPieces } from './send-pieces.ts'
import type { UploadPart, UploadStore } from './uploader.ts'

export { uploadAll } from './uploader.ts'

/** What one network carries is known from the last file. */
const pieceSize = createPieceSize()

/** What it takes to upload an account's files from this device. */
export function toUploadPart(
  environment: Pick<Environment, 'fetch' | 'clock' | 'onError'>,
  account: string,
  db: ContentsDatabase,
  store: UploadStore,
  newId: () => string = uuidv7,
): UploadPart {
  const { fetch, clock, onError } = environment
  const now = () => clock.now()
  return {
    ...{ store, pieceSize, now, onError, newId },
    contents: createContents(db, now),
    api: createFilesApi(fetch, account),
    sendPieces: (options) => sendPieces({ ...options, fetch, account, clock }),
  }
}
