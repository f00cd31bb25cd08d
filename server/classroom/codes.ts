import { randomBytes, randomInt } from 'node:crypto'

const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz234567'
const ID_LENGTH = 12
/** Without those that are taken for others: i, l, o, 0 and 1. */
const CODE_CHARACTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
const CODE_LENGTH = 8

/** A classroom's id, which is its link: 60 random bits. */
export function createClassroomId(): string {
  // 256 is a multiple of 32, so each character is as likely as any other.
  return Array.from(randomBytes(ID_LENGTH), (byte) => ID_CHARACTERS.charAt(byte % ID_CHARACTERS.length)).join('')
}

/** The code that people type, one of about 850 thousand million. */
export function createClassroomCode(): string {
  return Array.from({ length: CODE_LENGTH }, () => CODE_CHARACTERS.charAt(randomInt(CODE_CHARACTERS.length))).join('')
}
