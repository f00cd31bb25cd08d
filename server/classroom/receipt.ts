import { createHash } from 'node:crypto'

/** The hash under which a receipt is kept: SHA-256 of its 32 bytes, both in base64url. */
export function hashReceipt(receipt: string): string {
  return createHash('sha256').update(Buffer.from(receipt, 'base64url')).digest('base64url')
}

/**
 * What is kept with a follow-up so that the asker can withdraw it: it follows from the hash of the
 * question's receipt, but is different for each, so that no two rows are equal in it.
 */
export function hashFollowUp(receiptHash: string, replyId: string): string {
  return createHash('sha256').update(`${receiptHash}/${replyId}`).digest('base64url')
}
