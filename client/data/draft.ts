import type { Session } from './session.ts'

export async function findDraft({ db }: Session, conversationId: string): Promise<string> {
  return (await db.drafts.get(conversationId))?.text ?? ''
}

export async function saveDraft({ db, now }: Session, conversationId: string, text: string): Promise<void> {
  if (text.trim() === '') await db.drafts.delete(conversationId)
  else await db.drafts.put({ conversationId, text, changedAt: now() })
}
