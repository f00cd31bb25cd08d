import * as v from 'valibot'
import { downFrame, type DownFrame as SaidFrame } from '../../shared/protocol/down.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import { createDownReader, packUp, type DownReader } from '../../shared/protocol/packed/frames.ts'
import type { UpFrame } from '../../shared/protocol/up.ts'
import { PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../shared/protocol/version.ts'
import type { OutboxEntry } from './database.ts'
import { withoutFiles } from './files/awaiting.ts'
import type { DownFrame, LogSocket, SocketContract } from './log/socket-contract.ts'
import type { Campus } from './tables.ts'

const OLDER_VERSIONS = Array.from(
  { length: PROTOCOL_VERSION - PROTOCOL_VERSION_MIN },
  (_, index) => PROTOCOL_VERSION - 1 - index,
)

/** The version from which on messages carry files. */
const FILES_SINCE = 4

/** The contracts of the campus's socket for a device of `account`, a user id. */
export function createCampusContracts(account: string): LogSocket<Campus>['contracts'] {
  return [
    () => createContract(account, PROTOCOL_VERSION),
    ...OLDER_VERSIONS.map((version) => () => createContract(account, version)),
  ]
}

/** What only operators and moderators do, and leaders of groups, and whom one blocks and lets in, waits for a server that knows it. */
const SINCE_VERSION_6: readonly OutboxEntry['command']['type'][] = [
  ...(['message.take-away', 'conversation.govern', 'role.set', 'suspension.set'] as const),
  ...(['block.set', 'request.answer', 'member.leave-for-good'] as const),
]

function withoutUnknown(version: number, waiting: readonly OutboxEntry[]): readonly OutboxEntry[] {
  return version < 6 ? waiting.filter(({ command }) => !SINCE_VERSION_6.includes(command.type)) : waiting
}

/** What version 3 has and version 2 has not, an old server ignores, and does not send. */
function createContract(account: string, version: number): SocketContract<Campus> {
  const frame = (up: UpFrame) => up
  const reader = createDownReader(CAMPUS_LOG)
  const isPacked = version >= PACKED_SINCE
  /** What was acknowledged last needs not to be said again. */
  let acknowledged: number | undefined
  return {
    version,
    saysLive: true,
    hello: ({ lineage, cursor }) =>
      frame({ type: 'hello', protocol: version, account, log: CAMPUS_LOG, lineage, epoch: '', cursor }),
    resume: ({ lineage, cursor }) => frame({ type: 'resume', log: CAMPUS_LOG, lineage, epoch: '', cursor }),
    pong(cursor) {
      const isSaid = isPacked && cursor === acknowledged
      acknowledged = cursor
      return frame({ type: 'pong', ...(!isSaid && { cursor }) })
    },
    probe: () => frame({ type: 'probe' }),
    command: ({ command }) => frame({ type: 'command', command }),
    // It would take a message with files, and leave these out; and refuse what it does not know.
    select: (waiting) => withoutUnknown(version, version < FILES_SINCE ? withoutFiles(waiting) : waiting),
    encode: (up) => (isPacked ? packUp(up as UpFrame) : undefined) ?? JSON.stringify(up),
    parse: (content) => parse(reader, content, version < PROTOCOL_VERSION),
  }
}

/** The version from which on rows and heartbeats are packed. */
const PACKED_SINCE = 5

/**
 * Whoever speaks an older version gets no rows of newer kinds, of which `isOlder` warns. What is packed in a way that we do
 * not understand may have held rows: only a pull tells.
 */
function parse(reader: DownReader, content: string | Uint8Array, isOlder: boolean): DownFrame<Campus>[] | undefined {
  const frame = read(reader, content)
  if (frame === undefined) return typeof content === 'string' ? undefined : [{ type: 'behind' }]
  const toOrigin = (id: string, start: number) => ({ lineage: { id, start }, ...(isOlder && { isOlder }) })
  switch (frame.type) {
    case 'lineage':
      return []
    case 'welcome':
    case 'live':
    case 'behind':
    case 'result':
      return [frame]
    case 'rows':
      return [{ ...frame, ...toOrigin(frame.lineage, frame.from) }]
    case 'ping':
    case 'beat': {
      const { lineage, from, to } = frame
      const ping = { type: 'ping', isAnswered: frame.type === 'ping' } as const
      if (from === null || to === null || (typeof content !== 'string' && from === to)) return [ping]
      return [ping, { type: 'rows', ...toOrigin(lineage, from), from, to, rows: [] }]
    }
    case 'typist':
    case 'presence':
    case 'person':
    case 'denied':
      return [{ type: 'extra', frame }]
  }
}

function read(reader: DownReader, content: string | Uint8Array): SaidFrame | undefined {
  try {
    return v.parse(downFrame, reader.read(content))
  } catch {
    return undefined
  }
}
