import { createHash } from 'node:crypto'
import type { Asker } from './class.ts'
import type { SentPhoto } from './watched-lecture.ts'

/**
 * What gives an asker away: their account, their session, their address, their browser, what only it knows, and the camera
 * and the hashes of the photo that they sent.
 */
export function listTelltales({ wire, account, receipts }: Asker, photo: SentPhoto): string[] {
  const ofAccount =
    account === undefined
      ? []
      : [account.userId, account.handle, account.sessionId, account.cookie.split('=')[1] ?? account.cookie]
  return [wire.address, wire.browser, ...receipts, ...ofAccount, ...ofPhoto(photo)]
}

function ofPhoto({ bytes, camera }: SentPhoto): string[] {
  const hashes = ['sha256', 'md5'].map((name) => createHash(name).update(bytes).digest())
  return [
    camera,
    ...hashes.flatMap((hash) => (['hex', 'base64', 'base64url', 'latin1'] as const).map((as) => hash.toString(as))),
  ]
}
