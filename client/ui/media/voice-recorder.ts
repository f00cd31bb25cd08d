import type { Clock } from '../../../shared/clock.ts'
import type { Microphone, MicrophoneObstacle, MicrophoneRefusal, OpenMicrophone } from './microphone.ts'

/*
 * A voice message, from the first word until somebody sends it:
 *
 *   idle ──start──▶ asking ──allowed──▶ recording ──stop, or its time is over──▶ ending ──▶ recorded
 *                     │                     │ └──the microphone went away──────────▲          │
 *                     ▼                     │                                                  │
 *                  refused ──start──▶ …     └────────────────discard──────▶ idle ◀──discard────┘
 *
 * Each piece is handed on as it is recorded, so that whoever keeps them has all but the last second, whatever happens to
 * the page. What is discarded is said to be, and kept no longer.
 */
export type VoiceState =
  | { kind: 'idle' }
  | { kind: 'asking' }
  | { kind: 'refused'; because: VoiceRefusal }
  | { kind: 'recording'; since: number }
  | { kind: 'ending' }
  | { kind: 'recorded'; recording: VoiceRecording }

/** `nothing` is what came of a recording that has no sound in it. */
export type VoiceRefusal = MicrophoneObstacle | MicrophoneRefusal | 'nothing'

export interface VoiceRecording {
  blob: Blob
  /** Its media type. */
  type: string
  durationMs: number
}

/** A part of a recording that goes on; all of them, in their order, are a file of that type. */
export interface VoicePiece {
  piece: Blob
  type: string
  /** How long the recording is with it. */
  durationMs: number
}

export interface VoiceListener {
  onchange: (state: VoiceState) => void
  onpiece: (piece: VoicePiece) => void
  ondiscard: () => void
}

export const VOICE_MAX_MS = 10 * 60_000

export interface VoiceRecorder {
  readonly state: VoiceState
  start(): Promise<void>
  stop(): Promise<void>
  discard(): void
  /** How long it has recorded. */
  elapsedMs(): number
  /** How loud it is now, from 0 to 1. */
  level(): number
  /** Lets go of the microphone. What was recorded was handed on. */
  close(): void
}

/** `found` is what an earlier recorder left behind: it is as if it had just been recorded. */
export function createVoiceRecorder(
  { microphone, clock }: { microphone: Microphone; clock: Clock },
  { onchange, onpiece, ondiscard }: VoiceListener,
  found: VoiceRecording | null = null,
): VoiceRecorder {
  let state: VoiceState = found === null ? { kind: 'idle' } : { kind: 'recorded', recording: found }
  let open: OpenMicrophone | undefined
  let pieces: Blob[] = []
  let cancelEnd = () => {}
  /** What an earlier attempt comes to is nobody's matter any more. */
  let attempt = 0

  function change(next: VoiceState): void {
    state = next
    onchange(next)
  }

  function letGo(): void {
    attempt += 1
    cancelEnd()
    open?.close()
    open = undefined
  }

  function record(microphone: OpenMicrophone): void {
    const mine = attempt
    const since = clock.now()
    open = microphone
    pieces = []
    microphone.onlost(() => {
      if (attempt === mine) void end()
    })
    microphone.start((piece) => {
      if (attempt !== mine) return
      pieces.push(piece)
      onpiece({ piece, type: microphone.type, durationMs: clock.now() - since })
    })
    cancelEnd = clock.after(VOICE_MAX_MS, () => void end())
    change({ kind: 'recording', since })
  }

  async function end(): Promise<void> {
    if (state.kind !== 'recording' || open === undefined) return
    const mine = attempt
    const { type } = open
    const durationMs = Math.min(VOICE_MAX_MS, clock.now() - state.since)
    change({ kind: 'ending' })
    await open.stop()
    if (attempt !== mine) return
    letGo()
    if (pieces.length === 0) {
      ondiscard()
      return change({ kind: 'refused', because: 'nothing' })
    }
    change({ kind: 'recorded', recording: { blob: new Blob(pieces, { type }), type, durationMs } })
  }

  return {
    get state() {
      return state
    },
    async start() {
      if (state.kind !== 'idle' && state.kind !== 'refused') return
      const obstacle = microphone.findObstacle()
      if (obstacle !== null) return change({ kind: 'refused', because: obstacle })
      const mine = attempt
      change({ kind: 'asking' })
      const answer = await microphone.open().catch((error: unknown) => {
        if (attempt === mine) change({ kind: 'refused', because: 'in-use' })
        throw error
      })
      // Whoever answers late, after it was closed, opened it for nobody.
      if (attempt !== mine) {
        if (typeof answer !== 'string') answer.close()
      } else if (typeof answer === 'string') change({ kind: 'refused', because: answer })
      else record(answer)
    },
    stop: end,
    discard() {
      letGo()
      pieces = []
      ondiscard()
      change({ kind: 'idle' })
    },
    elapsedMs: () => (state.kind === 'recording' ? Math.min(VOICE_MAX_MS, clock.now() - state.since) : 0),
    level: () => open?.level() ?? 0,
    close: letGo,
  }
}
