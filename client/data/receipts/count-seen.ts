import type { Session } from '../session.ts'

export type SeenCount = { kind: 'counted'; count: number } | { kind: 'offline' } | { kind: 'refused'; reason: string }

/** Asks how many others have seen a message of a larger conversation; only the server knows. */
export async function countSeen({ api }: Session, conversationId: string, n: number): Promise<SeenCount> {
  const answer = await api.countSeen({ conversation: conversationId, n })
  if (answer.kind === 'ok') return { kind: 'counted', count: answer.value }
  return answer.kind === 'refused' ? { kind: 'refused', reason: answer.error.message } : { kind: 'offline' }
}
