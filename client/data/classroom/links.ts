import { CLASSROOM_PATH } from '../../../shared/classroom/http.ts'

/** The link that people share; with the hash of the issuer's key where the classroom is limited to a group. */
export function classroomLink(origin: string, id: string, keyHash: string | null): string {
  return `${origin}${CLASSROOM_PATH}/${id}${toFragment(keyHash)}`
}

/** The address of the projector view. */
export function screenLink(origin: string, id: string, keyHash: string | null): string {
  return `${origin}${CLASSROOM_PATH}/${id}/screen${toFragment(keyHash)}`
}

/** A code as people read and type it: `abcd-efgh`. */
export function formatCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`
}

function toFragment(keyHash: string | null): string {
  return keyHash === null ? '' : `#k=${keyHash}`
}
