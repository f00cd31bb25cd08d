import type { Kysely } from 'kysely'

interface Annotations {
  annotation: { conversation_id: string; user_id: string; kind: string; seq: number; body: string }
}
interface Receipts {
  receipt: {
    conversation_id: string
    user_id: string
    seq: number
    delivered_n: number
    delivered_seq: number
    steps: string
    seen_seq: number
    untold: number
  }
}

/** Moves deliveries and "seen" to their own table. Run twice it does the same: the step after it removes them here. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const annotations = db as Kysely<Annotations>
  const receipts = db as Kysely<Receipts>
  await receipts.deleteFrom('receipt').execute()
  for (let after = ''; ;) {
    const next = await annotations
      .selectFrom('annotation')
      .select('conversation_id')
      .where('conversation_id', '>', after)
      .orderBy('conversation_id')
      .limit(1)
      .executeTakeFirst()
    if (next === undefined) return
    after = next.conversation_id
    const found = await annotations
      .selectFrom('annotation')
      .selectAll()
      .where('conversation_id', '=', after)
      .where('kind', 'in', ['delivery', 'seen'])
      .execute()
    const records = new Map<string, Receipts['receipt']>()
    for (const { conversation_id, user_id, kind, seq, body } of found) {
      const content = JSON.parse(body) as { n?: number; steps?: unknown[] }
      const empty = { seq: 0, delivered_n: 0, delivered_seq: 0, steps: '[]', seen_seq: 0, untold: 0 }
      const before = records.get(user_id) ?? { conversation_id, user_id, ...empty }
      const part =
        kind === 'delivery'
          ? { delivered_n: content.n ?? 0, delivered_seq: seq }
          : { steps: JSON.stringify(content.steps ?? []), seen_seq: seq }
      records.set(user_id, { ...before, ...part, seq: Math.max(before.seq, seq) })
    }
    if (records.size > 0)
      await receipts
        .insertInto('receipt')
        .values([...records.values()])
        .execute()
  }
}
