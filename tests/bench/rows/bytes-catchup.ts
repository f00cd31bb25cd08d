import type { PullPage } from '../../../shared/protocol/http.ts'
import { fillMessages } from '../fill-messages.ts'
import { createHttpClient } from '../http.ts'
import { ratioAtMost, type Row } from '../row.ts'
import { startChatbox } from '../stand.ts'
import { createTexts } from '../texts.ts'

const MESSAGES = 10_000

export const row: Row = {
  measures: `What a device that missed ${MESSAGES} messages is sent until it has them, compressed as browsers ask for it.`,
  sides: {
    ChatBox: { what: 'ChatBox, all pages' },
    texts: {
      what: 'the texts themselves, uncompressed',
      lacks: 'who wrote what when, order, and everything else of a row',
    },
  },
  figures: [
    {
      ...{ what: 'bytes of catching up', unit: 'B a message', quantity: 'bytes a message' },
      ...{ ours: 'ChatBox', rival: 'texts', reach: ratioAtMost(1) },
    },
  ],
  async begin(lab) {
    const draw = createTexts(MESSAGES)
    const texts = Array.from({ length: MESSAGES }, draw)
    let cursor = 0
    const { server, seeded, stop } = await startChatbox({
      ...{ lab, people: 2 },
      async more(_, { people }, store) {
        const toText = (place: number) => texts[place] ?? ''
        const filled = await fillMessages(store, { authorId: people[0]?.userId ?? '', count: MESSAGES, toText })
        cursor = filled.firstSeq - 1
      },
    })
    const client = createHttpClient(server.port, seeded.people[1]?.cookie ?? '')
    return {
      sides: {
        async ChatBox() {
          let [bytes, at, pages] = [0, cursor, 0]
          for (let isMore = true; isMore; pages += 1) {
            const answer = await client.ask(`/api/pull?log=campus&cursor=${at}`)
            const page = answer.content as PullPage
            bytes += answer.bytes
            at = page.to
            isMore = page.to < page.head
          }
          return { 'bytes a message': bytes / MESSAGES, pages }
        },
        texts: async () => ({ 'bytes a message': Buffer.byteLength(texts.join('')) / MESSAGES }),
      },
      async end() {
        client.close()
        await stop()
      },
    }
  },
}
