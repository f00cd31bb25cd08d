import type { OperateConversation } from '../../shared/operate/http.ts'
import type { Database } from '../store/schema.ts'

const PAGE_MAX = 50

/** A page of Everyone and of groups, the largest first. Undefined when `after` is none that a page gave. */
export async function listConversations(
  db: Database,
  after: string | undefined,
): Promise<{ conversations: OperateConversation[]; next: string | null } | undefined> {
  const place = after === undefined ? null : fromNext(after)
  if (place === undefined) return undefined
  const found = await db
    .selectFrom('conversation')
    .selectAll()
    .where('kind', 'in', ['group', 'everyone'])
    .where('member_count', '>', 0)
    .$if(place !== null, (rows) =>
      rows.where((or) =>
        or.or([
          or('member_count', '<', place?.members ?? 0),
          or.and([or('member_count', '=', place?.members ?? 0), or('id', '>', place?.id ?? '')]),
        ]),
      ),
    )
    .orderBy('member_count', 'desc')
    .orderBy('id')
    .limit(PAGE_MAX + 1)
    .execute()
  const page = found.slice(0, PAGE_MAX)
  const last = page.at(-1)
  return {
    conversations: page.map((row) => ({
      ...{ id: row.id, kind: row.kind === 'everyone' ? 'everyone' : 'group', title: row.title },
      ...{ creatorId: row.creator_id, members: row.member_count, messages: row.last_n },
      // Nobody writes only between two, of whom one is gone.
      ...{ posting: row.posting === null || row.posting === 'nobody' ? 'everybody' : row.posting },
      slowSeconds: row.slow_seconds,
    })),
    next: found.length > page.length && last !== undefined ? `${last.member_count}.${last.id}` : null,
  }
}

function fromNext(next: string): { members: number; id: string } | undefined {
  const [, members, id] = /^(\d{1,12})\.([0-9a-f-]{36})$/.exec(next) ?? []
  return members === undefined || id === undefined ? undefined : { members: Number(members), id }
}
