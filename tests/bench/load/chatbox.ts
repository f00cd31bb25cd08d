import { uuidv7 } from 'uuidv7'
import type { DownFrame } from '../../../shared/protocol/down.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import type { PullPage } from '../../../shared/protocol/http.ts'
import { createIn } from '../../../shared/protocol/packed/bytes.ts'
import { PACKED_FORMS, packUp } from '../../../shared/protocol/packed/frames.ts'
import { PACKED_PAGE_TYPE, unpackPage } from '../../../shared/protocol/packed/page.ts'
import { KNOWN_IDS, rows } from '../../../shared/protocol/packed/rows.ts'
import type { UpFrame } from '../../../shared/protocol/up.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts'
import type { LoadClient, LoadPerson, Tally } from './client.ts'
import { createParser, openSocket, type OpenedSocket } from './sockets.ts'

const { ROWS, PING, BEAT, ACCEPTED } = PACKED_FORMS.down

/** How many messages are in a frame with rows; the same for all who hear it. */
const countRows = createParser((bytes: Buffer) => {
  const frame = createIn(bytes, KNOWN_IDS)
  frame.number()
  frame.number()
  let messages = 0
  while (!frame.isAtEnd()) {
    frame.forget()
    messages += countMessages(rows.read(1, frame, []).flat())
  }
  return messages
})

/** The number after the one that tells what a frame is. */
function secondNumber(bytes: Buffer): number {
  let value = 0
  for (let at = 1, unit = 1; ; at += 1, unit *= 0x80) {
    const next = bytes[at] ?? 0
    value += (next % 0x80) * unit
    if (next < 0x80) return value
  }
}

/** Of a command's id, by which its answer is found: what stands last in the frame of one that was accepted. */
const TAIL_BYTES = 10
const tailOf = (id: string) => Buffer.from(id.replaceAll('-', '').slice(-2 * TAIL_BYTES), 'hex').toString('latin1')

/** The app's end of the protocol, without its screens and its database. */
export function createChatboxClient(port: number, person: LoadPerson, cursor: number, tally: Tally): LoadClient {
  const { userId, cookie, conversationId } = person
  const log = CAMPUS_LOG
  let lineage = ''
  let socket: OpenedSocket | undefined
  let onLive: (() => void) | undefined
  const waiting = new Map<string, { resolve: () => void; reject: (error: Error) => void }>()

  function say(frame: UpFrame): void {
    socket?.say(packUp(frame) ?? JSON.stringify(frame))
  }

  async function catchUp(): Promise<void> {
    for (;;) {
      const query = new URLSearchParams({ log, lineage, cursor: String(cursor) })
      const answer = await fetch(`http://127.0.0.1:${port}/api/pull?${query}`, {
        headers: { cookie, accept: PACKED_PAGE_TYPE, [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) },
      })
      if (!answer.ok) throw new Error(`a pull was answered with ${answer.status}`)
      const page = unpackPage(new Uint8Array(await answer.arrayBuffer())) as PullPage
      cursor = page.to
      lineage = page.lineage?.id ?? lineage
      tally.add(countMessages(page.rows))
      if (page.to >= page.head) break
    }
    say({ type: 'resume', log, lineage, epoch: '', cursor })
  }

  /** Takes from a frame what it needs and no more: what a load computes, a server on the same machine waits for. */
  function onBytes(bytes: Buffer): void {
    switch (bytes[0]) {
      case ROWS:
        cursor = secondNumber(bytes)
        return tally.addLater(() => countRows(bytes))
      case PING:
      case BEAT:
        if (bytes.length > 1) cursor += secondNumber(bytes)
        return bytes[0] === PING ? say({ type: 'pong', cursor }) : undefined
      case ACCEPTED: {
        const tail = bytes.toString('latin1', bytes.length - TAIL_BYTES)
        waiting.get(tail)?.resolve()
        return void waiting.delete(tail)
      }
      default:
        throw new Error('a frame that a load does not know')
    }
  }

  function onFrame(frame: DownFrame): void {
    switch (frame.type) {
      case 'live':
        lineage = frame.lineage ?? lineage
        cursor = frame.from ?? cursor
        return onLive?.()
      case 'lineage':
        ;({ lineage } = frame)
        return
      case 'behind':
        return void catchUp()
      case 'result':
        return onResult(frame)
      default:
        return
    }
  }

  function onResult({ result }: Extract<DownFrame, { type: 'result' }>): void {
    const sent = waiting.get(tailOf(result.id))
    waiting.delete(tailOf(result.id))
    if (result.status === 'accepted') sent?.resolve()
    else sent?.reject(new Error(`refused: ${result.code}`))
  }

  return {
    async connect() {
      const live = new Promise<void>((resolve) => (onLive = resolve))
      const opened = await openSocket(
        `ws://127.0.0.1:${port}/api/socket`,
        { cookie },
        {
          onText: (text) => onFrame(JSON.parse(text) as DownFrame),
          onBytes,
          onClosed(code) {
            for (const { reject } of waiting.values()) reject(new Error(`closed with ${code}`))
            waiting.clear()
          },
        },
      )
      socket = opened.socket
      say({ type: 'hello', protocol: PROTOCOL_VERSION, account: userId, log, lineage, epoch: '', cursor })
      await live
      return opened.turnedAway
    },
    send: (text) =>
      new Promise((resolve, reject) => {
        const id = uuidv7()
        waiting.set(tailOf(id), { resolve, reject })
        const plain = { replyToId: null, mentions: [], mentionsAll: false, forwarded: false }
        say({
          type: 'command',
          command: { type: 'message.send', id, conversationId, text, ...plain, writtenAt: Date.now() },
        })
      }),
    cut: () => socket?.cut(),
    bytesRead: () => socket?.bytesRead() ?? 0,
  }
}

function countMessages(held: readonly { type: string }[]): number {
  return held.filter(({ type }) => type === 'message').length
}
