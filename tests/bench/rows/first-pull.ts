import type { PullPage } from '../../../shared/protocol/http.ts'
import { fillPeople } from '../fill-people.ts'
import { createHttpClient } from '../http.ts'
import type { Lab } from '../lab.ts'
import { oursAtMost, ratioAtMost, type Row } from '../row.ts'
import { startChatbox } from '../stand.ts'

const MANY = 100_000
const FEW = 100
const many = '100,000 registered'
const few = '100 registered'

export const row: Row = {
  measures:
    'What a new device is sent until it has everything that it is given, with many and with few people registered.',
  sides: { [many]: { what: `ChatBox with ${many}` }, [few]: { what: `ChatBox with ${few}` } },
  figures: [
    { what: 'bytes of a first pull', unit: 'kB', quantity: 'kB', ours: many, reach: oursAtMost(100) },
    { what: 'pages of a first pull', unit: '', quantity: 'pages', ours: many, rival: few, reach: ratioAtMost(2) },
  ],
  async begin(lab) {
    const stands = { [many]: await start(lab, MANY), [few]: await start(lab, FEW) }
    return {
      sides: Object.fromEntries(
        Object.entries(stands).map(([side, { client }]) => [
          side,
          async () => {
            let [bytes, pages, next] = [0, 0, '' as string | null]
            let lineage = ''
            while (next !== null) {
              const query = new URLSearchParams({
                log: 'campus',
                lineage,
                cursor: '0',
                ...(next === '' ? {} : { next }),
              })
              const answer = await client.ask(`/api/pull?${query}`)
              const page = answer.content as PullPage
              bytes += answer.bytes
              pages += 1
              ;({ next } = page)
              lineage = page.lineage?.id ?? ''
            }
            return { kB: bytes / 1_000, pages }
          },
        ]),
      ),
      async end() {
        for (const { client, stop } of Object.values(stands)) {
          client.close()
          await stop()
        }
      },
    }
  },
}

async function start(lab: Lab, registered: number) {
  const { server, seeded, stop } = await startChatbox({
    ...{ lab, people: 2 },
    more: (_, __, store) => fillPeople(store, registered),
  })
  return { client: createHttpClient(server.port, seeded.people[1]?.cookie ?? ''), stop }
}
