/** The microphone of a device, as far as a recorder knows it. */
export interface Microphone {
  /** Why there is none to ask for; null where there may be one. */
  findObstacle(): MicrophoneObstacle | null
  /** Asks whoever sits before it. */
  open(): Promise<OpenMicrophone | MicrophoneRefusal>
}

export interface OpenMicrophone {
  /** The media type of what it records. */
  type: string
  /** Hands out each piece as it is recorded; together, in their order, they are a file. */
  start(onpiece: (piece: Blob) => void): void
  /** Ends when the last piece was handed out. */
  stop(): Promise<void>
  /** How loud it is, from 0 to 1. */
  level(): number
  /** Calls when it goes away by itself. */
  onlost(listener: () => void): void
  /** Lets go of it: nothing records, and the browser says so. */
  close(): void
}

export type MicrophoneObstacle = 'insecure' | 'unsupported'
export type MicrophoneRefusal = 'denied' | 'no-microphone' | 'in-use'

/** What it writes to be played everywhere, the smallest first; Safari writes MPEG-4 alone. */
const TYPES = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4;codecs=mp4a.40.2', 'audio/mp4']
/** Speech needs no more. */
const BITS_PER_SECOND = 32_000
const PIECE_MS = 1_000
/** Somebody who speaks is about so loud on the average, of what can be told. */
const LOUD = 0.25

export const deviceMicrophone: Microphone = {
  findObstacle() {
    if (!isSecureContext) return 'insecure'
    return 'mediaDevices' in navigator && findType() !== undefined ? null : 'unsupported'
  },
  async open() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } }).catch(toRefusal)
    if (typeof stream === 'string') return stream
    try {
      return openStream(stream)
    } catch (error) {
      closeStream(stream)
      throw error
    }
  },
}

function findType(): string | undefined {
  return typeof MediaRecorder === 'undefined' ? undefined : TYPES.find((type) => MediaRecorder.isTypeSupported(type))
}

function openStream(stream: MediaStream): OpenMicrophone {
  const type = findType()
  const recorder = new MediaRecorder(stream, {
    audioBitsPerSecond: BITS_PER_SECOND,
    ...(type !== undefined && { mimeType: type }),
  })
  const meter = openMeter(stream)
  return {
    type: recorder.mimeType.split(';')[0] ?? '',
    start(onpiece) {
      recorder.addEventListener('dataavailable', ({ data }) => {
        if (data.size > 0) onpiece(data)
      })
      recorder.start(PIECE_MS)
    },
    stop() {
      // After the last piece: https://w3c.github.io/mediacapture-record/#dom-mediarecorder-stop
      const stopped = new Promise<void>((resolve) => {
        recorder.addEventListener('stop', () => resolve(), { once: true })
      })
      if (recorder.state === 'inactive') return Promise.resolve()
      recorder.stop()
      return stopped
    },
    level: meter.level,
    onlost(listener) {
      for (const track of stream.getTracks()) track.addEventListener('ended', listener, { once: true })
      recorder.addEventListener('error', listener, { once: true })
    },
    close() {
      if (recorder.state !== 'inactive') recorder.stop()
      closeStream(stream)
      meter.close()
    },
  }
}

function closeStream(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

function openMeter(stream: MediaStream): { level: () => number; close: () => void } {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  const samples = new Float32Array(analyser.fftSize)
  context.createMediaStreamSource(stream).connect(analyser)
  return {
    level() {
      analyser.getFloatTimeDomainData(samples)
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
      return Math.min(1, Math.sqrt(Math.sqrt(power) / LOUD))
    },
    close: () => void context.close(),
  }
}

/** https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia */
function toRefusal(error: unknown): MicrophoneRefusal {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'no-microphone'
    case 'NotReadableError':
    case 'AbortError':
      return 'in-use'
    default:
      throw error
  }
}
