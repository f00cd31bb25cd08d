import * as v from 'valibot'
import { downFrame } from '../../shared/protocol/down.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import type { UpFrame } from '../../shared/protocol/up.ts'
import { PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../shared/protocol/version.ts'
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

/** What version 3 has and version 2 has not, an old server ignores, and does not send. */
function createContract(account: string, version: number): SocketContract<Campus> {
  const frame = (up: UpFrame) => up
  return {
    version,
    saysLive: true,
    hello: ({ lineage, cursor }) =>
      frame({ type: 'hello', protocol: version, account, log: CAMPUS_LOG, lineage, epoch: '', cursor }),
    resume: ({ lineage, cursor }) => frame({ type: 'resume', log: CAMPUS_LOG, lineage, epoch: '', cursor }),
    pong: (cursor) => frame({ type: 'pong', cursor }),
    probe: () => frame({ type: 'probe' }),
    command: ({ command }) => frame({ type: 'command', command }),
    // It would take a message with files, and leave these out.
    select: (waiting) => (version < FILES_SINCE ? withoutFiles(waiting) : waiting),
    parse: (text) => parse(text, version < PROTOCOL_VERSION),
  }
}

/** Whoever speaks an older version gets no rows of newer kinds, of which `isOlder` warns. */
function parse(text: string, isOlder: boolean): DownFrame<Campus>[] | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), downFrame), text)
  if (!parsed.success) return undefined
  const frame = parsed.output
  const toOrigin = (id: string, start: number) => ({ lineage: { id, start }, ...(isOlder && { isOlder }) })
  switch (frame.type) {
    case 'welcome':
    case 'live':
    case 'behind':
    case 'result':
      return [frame]
    case 'rows':
      return [{ ...frame, ...toOrigin(frame.lineage, frame.from) }]
    case 'ping': {
      const { lineage, from, to } = frame
      if (from === null || to === null) return [{ type: 'ping' }]
      return [{ type: 'ping' }, { type: 'rows', ...toOrigin(lineage, from), from, to, rows: [] }]
    }
    case 'typist':
    case 'presence':
    case 'denied':
      return [{ type: 'extra', frame }]
  }
}
