import * as v from 'valibot'
import { classroomDownFrame, type ClassroomUpFrame } from '../../../shared/classroom/frames.ts'
import { CLASSROOM_VERSION, CLASSROOM_VERSION_MIN } from '../../../shared/classroom/version.ts'
import type { DownFrame, LogSocket, SocketContract } from '../log/socket-contract.ts'
import type { Classroom } from './tables.ts'

/** The contracts of a classroom's socket. Commands do not go over it, so that it joins no two of them. */
export const CLASSROOM_CONTRACTS: LogSocket<Classroom>['contracts'] = [
  () => createContract(CLASSROOM_VERSION),
  ...listOlder().map((version) => () => (version === 1 ? createContractOfOne() : createContract(version))),
]

function listOlder(): number[] {
  const count = CLASSROOM_VERSION - CLASSROOM_VERSION_MIN
  return Array.from({ length: count }, (_, index) => CLASSROOM_VERSION - 1 - index)
}

type Frame = v.InferOutput<typeof classroomDownFrame>

const frame = (up: ClassroomUpFrame) => up
const PING = { type: 'ping', isAnswered: true } as const
const toWelcome = ({ heartbeatMs }: Extract<Frame, { type: 'welcome' }>) =>
  ({ type: 'welcome', known: true, heartbeatMs }) as const
const extra = ({ devices }: { devices: number }) => ({ type: 'extra', frame: { devices } }) as const

/** What version 3 has and an older one has not, an old server ignores, and leaves out of its rows. */
function createContract(version: number): SocketContract<Classroom> {
  return {
    version,
    saysLive: true,
    hello: ({ lineage, cursor }) => frame({ type: 'hello', protocol: version, lineage, epoch: '', cursor }),
    resume: ({ lineage, cursor }) => frame({ type: 'resume', lineage, cursor }),
    pong: () => frame({ type: 'pong' }),
    probe: () => frame({ type: 'probe' }),
    command: () => undefined,
    select: (waiting) => waiting,
    encode: JSON.stringify,
    parse: (text) => parse(text, (down) => toFrames(down, version < CLASSROOM_VERSION)),
  }
}

/** Version 1 does not say when all is here, and its pings only tell how far the log is: both are worked out, from a pull. */
function createContractOfOne(): SocketContract<Classroom> {
  let at = 0
  let isBehind = true
  const toFramesOfOne = (down: Frame): DownFrame<Classroom>[] => {
    switch (down.type) {
      case 'welcome':
        return [toWelcome(down), extra(down), { type: 'behind' }]
      case 'rows':
        at = Math.max(at, down.to)
        return toFrames(down, true)
      case 'behind':
        return goBehind()
      case 'ping':
        return [PING, extra(down), ...(down.head > at ? goBehind() : [])]
      case 'live':
        return []
    }
  }
  const goBehind = (): DownFrame<Classroom>[] => {
    if (isBehind) return []
    isBehind = true
    return [{ type: 'behind' }]
  }
  return {
    ...createContract(1),
    saysLive: false,
    hello: ({ cursor }) => frame({ type: 'hello', protocol: 1, lineage: '', epoch: '', cursor }),
    resume({ cursor }) {
      isBehind = false
      at = cursor
      return frame({ type: 'resume', lineage: '', cursor })
    },
    probe: () => undefined,
    parse: (text) => parse(text, toFramesOfOne),
  }
}

function parse(
  text: string | Uint8Array,
  toFrames: (down: Frame) => DownFrame<Classroom>[],
): DownFrame<Classroom>[] | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), classroomDownFrame), text)
  return parsed.success ? toFrames(parsed.output) : undefined
}

/** Whoever speaks an older version gets rows without what is new, of which `isOlder` warns. */
function toFrames(down: Frame, isOlder: boolean): DownFrame<Classroom>[] {
  const toOrigin = (id: string, start: number) => ({ lineage: { id, start }, ...(isOlder && { isOlder }) })
  switch (down.type) {
    case 'welcome':
      return [toWelcome(down), extra(down)]
    case 'live':
    case 'behind':
      return [down]
    case 'rows':
      return [{ ...down, ...toOrigin(down.lineage, down.from) }]
    case 'ping': {
      const { lineage, from, to } = down
      const beat: DownFrame<Classroom>[] = [PING, extra(down)]
      if (from === null || to === null) return beat
      return [...beat, { type: 'rows', ...toOrigin(lineage, from), from, to, rows: [] }]
    }
  }
}
