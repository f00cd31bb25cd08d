import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import { FIRST_SENT_AT, fillMessages, SENT_EVERY_MS } from '../fill-messages.ts'
import { createHttpClient, type HttpClient } from '../http.ts'
import type { Lab } from '../lab.ts'
import { percentile } from '../ratio.ts'
import { ratioAtMost, type Row } from '../row.ts'
import { startChatbox } from '../stand.ts'
import { createTexts } from '../texts.ts'

const MANY = 1_000_000
const FEW = 10_000
const ASKED = 60
const many = '10^6 messages'
const few = '10^4 messages'

export const row: Row = {
  measures: 'Reading in a long history on MariaDB: the page at a date, and 500 rows of the log from its middle.',
  sides: { [many]: { what: `ChatBox with ${many}` }, [few]: { what: `ChatBox with ${few}` } },
  figures: [
    {
      ...{ what: 'history at a date, p50', unit: 'ms', quantity: 'date ms', ours: many, rival: few },
      reach: ratioAtMost(1.1),
    },
    {
      ...{ what: '500 rows from the middle, p50', unit: 'ms', quantity: 'middle ms', ours: many, rival: few },
      reach: ratioAtMost(1.1),
    },
  ],
  async begin(lab) {
    const stands = { [many]: await start(lab, MANY), [few]: await start(lab, FEW) }
    return {
      sides: Object.fromEntries(
        Object.entries(stands).map(([side, { client, count, first, storedBytes }]) => [
          side,
          async () => ({
            'date ms': await timeEach(client, () => {
              const at = FIRST_SENT_AT + Math.floor(Math.random() * count) * SENT_EVERY_MS
              return `/api/history?conversation=${EVERYONE_ID}&at=${at}`
            }),
            'stored bytes a message': storedBytes / count,
            'middle ms': await timeEach(client, () => {
              const cursor = first + Math.floor((0.25 + Math.random() / 2) * count)
              return `/api/pull?log=campus&cursor=${cursor}`
            }),
          }),
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

async function start(lab: Lab, count: number) {
  let first = 0
  const toText = createTexts(count)
  const database = await lab.openDatabase('history')
  const { server, seeded, stop } = await startChatbox({
    ...{ lab, people: 2, database },
    async more(_, { people }, store) {
      ;({ firstSeq: first } = await fillMessages(store, { authorId: people[0]?.userId ?? '', count, toText }))
    },
  })
  const client = createHttpClient(server.port, seeded.people[1]?.cookie ?? '')
  return { client, count, first, storedBytes: await database.countBytes('message'), stop }
}

async function timeEach(client: HttpClient, toPath: () => string): Promise<number> {
  const times: number[] = []
  for (let asked = 0; asked < ASKED; asked += 1) {
    const path = toPath()
    const began = performance.now()
    const { status, content } = await client.ask(path)
    times.push(performance.now() - began)
    if (status !== 200) throw new Error(`${path} was answered with ${status}: ${JSON.stringify(content)}`)
  }
  return percentile(times, 50)
}
