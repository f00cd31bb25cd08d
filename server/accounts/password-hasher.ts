import { sha384 } from '@oslojs/crypto/sha2'
import { encodeBase64 } from '@oslojs/encoding'
import { createHashingThread } from './hashing-thread.ts'

export interface PasswordHasher {
  hash(password: string): Promise<string>
  compare(password: string, hash: string): Promise<boolean>
}

/** 2^12 rounds: about a quarter of a second on the machines of 2025. */
export const PASSWORD_COST = 12

/** One for the process, whoever hashes: another core is for those who do not wait for a password. */
const thread = createHashingThread()

/**
 * bcrypt reads 72 bytes and stops at a NUL (Provos and Mazières, "A Future-Adaptable Password Scheme",
 * USENIX 1999, and the README of node.bcrypt.js). So it gets the SHA-384 of the password in base64:
 * always 64 characters, none of them NUL, and every byte of a long password counts.
 */
export function createPasswordHasher(cost: number = PASSWORD_COST): PasswordHasher {
  return {
    hash: (password) => thread.hash(condense(password), cost),
    compare: (password, hash) => thread.compare(condense(password), hash),
  }
}

function condense(password: string): string {
  return encodeBase64(sha384(new TextEncoder().encode(password)))
}
