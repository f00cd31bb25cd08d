import { findByCode } from '../../sync/classroom/api.ts'
import { hashOf } from '../../sync/classroom/secrets.ts'
import type { Environment } from '../../sync/environment.ts'
import { sentenceOf } from './sentence.ts'

export type Found = { ok: true; id: string; title: string; keyHash: string | null } | { ok: false; sentence: string }

/** Which classroom the code that somebody typed stands for. */
export async function findClassroom(environment: Pick<Environment, 'fetch'>, code: string): Promise<Found> {
  const answer = await findByCode(environment.fetch, code)
  if (answer.kind !== 'ok') {
    const isUnknown = answer.kind === 'refused' && answer.error.code === 'not_found'
    return { ok: false, sentence: isUnknown ? 'There is no classroom with this code.' : sentenceOf(answer) }
  }
  const { id, title, issuer } = answer.value
  return { ok: true, id, title, keyHash: issuer === null ? null : hashOf(issuer) }
}
