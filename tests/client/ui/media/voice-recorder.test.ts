import { expect, test } from 'vitest'
import type { Microphone, MicrophoneObstacle, MicrophoneRefusal } from '../../../../client/ui/media/microphone.ts'
import { createVoiceRecorder, VOICE_MAX_MS, type VoiceRecording } from '../../../../client/ui/media/voice-recorder.ts'
import { canTryAgain, toRefusalWords } from '../../../../client/ui/media/voice-words.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'

interface Device {
  obstacle?: MicrophoneObstacle
  refusal?: MicrophoneRefusal
  found?: VoiceRecording
}

/** A recorder with a microphone that does what a test says, and the transcript of what came of it. */
function open({ obstacle, refusal, found }: Device = {}) {
  const clock = createFakeClock()
  const transcript: string[] = []
  const device = { speak: (_words: string) => {}, lose: () => {}, isOpen: false, lastWords: '' }
  const microphone: Microphone = {
    findObstacle: () => obstacle ?? null,
    async open() {
      if (refusal !== undefined) return refusal
      device.isOpen = true
      return {
        type: 'audio/webm',
        start: (onpiece) => (device.speak = (words) => onpiece(new Blob([words]))),
        async stop() {
          await Promise.resolve()
          if (device.lastWords !== '') device.speak(device.lastWords)
        },
        level: () => 0.5,
        onlost: (listener) => (device.lose = listener),
        close: () => (device.isOpen = false),
      }
    },
  }
  const recorder = createVoiceRecorder(
    { microphone, clock },
    {
      onchange: ({ kind }) => transcript.push(kind),
      onpiece: ({ durationMs }) => transcript.push(`piece ${durationMs}`),
      ondiscard: () => transcript.push('discarded'),
    },
    found,
  )
  return { recorder, device, clock, transcript }
}

async function getText({ recorder }: ReturnType<typeof open>): Promise<string> {
  if (recorder.state.kind !== 'recorded') throw new Error(`it is ${recorder.state.kind}`)
  return recorder.state.recording.blob.text()
}

test('what is said is recorded to its last word, and handed on as it grows', async () => {
  const voice = open()
  await voice.recorder.start()
  voice.clock.advance(1_000)
  voice.device.speak('one ')
  voice.clock.advance(700)
  expect(voice.recorder.elapsedMs()).toBe(1_700)
  expect(voice.recorder.level()).toBe(0.5)
  voice.device.lastWords = 'two'
  await voice.recorder.stop()
  expect(await getText(voice)).toBe('one two')
  expect(voice.recorder.state).toMatchObject({ recording: { type: 'audio/webm', durationMs: 1_700 } })
  expect(voice.transcript).toEqual(['asking', 'recording', 'piece 1000', 'ending', 'piece 1700', 'recorded'])
  expect(voice.device.isOpen).toBe(false)
})

test('what is discarded is said to be, at any time, and the microphone is let go of', async () => {
  const voice = open()
  await voice.recorder.start()
  voice.device.speak('no')
  voice.recorder.discard()
  expect(voice.device.isOpen).toBe(false)
  voice.device.speak('too late')
  expect(voice.transcript).toEqual(['asking', 'recording', 'piece 0', 'discarded', 'idle'])
  await voice.recorder.start()
  voice.device.speak('yes')
  await voice.recorder.stop()
  expect(await getText(voice)).toBe('yes')
  voice.recorder.discard()
  expect(voice.transcript.slice(-2)).toEqual(['discarded', 'idle'])
})

test('after ten minutes it ends by itself', async () => {
  const voice = open()
  await voice.recorder.start()
  voice.clock.advance(1_000)
  voice.device.speak('a')
  voice.clock.advance(VOICE_MAX_MS)
  await voice.recorder.stop()
  await Promise.resolve()
  expect(voice.recorder.state).toMatchObject({ kind: 'recorded', recording: { durationMs: VOICE_MAX_MS } })
})

test('a microphone that goes away leaves what was said until then', async () => {
  const voice = open()
  await voice.recorder.start()
  voice.device.speak('almost all')
  voice.device.lose()
  await Promise.resolve()
  await Promise.resolve()
  expect(await getText(voice)).toBe('almost all')
})

test('discarding while it ends is the end', async () => {
  const voice = open()
  await voice.recorder.start()
  voice.device.speak('a')
  const ending = voice.recorder.stop()
  voice.recorder.discard()
  await ending
  expect(voice.recorder.state.kind).toBe('idle')
})

test('nothing recorded is said, and nothing of it is kept', async () => {
  const voice = open()
  await voice.recorder.start()
  await voice.recorder.stop()
  expect(voice.recorder.state).toEqual({ kind: 'refused', because: 'nothing' })
  expect(voice.transcript).toContain('discarded')
})

test.each(['denied', 'no-microphone', 'in-use'] as const)(
  'a microphone that is %s is a sentence, and can be tried again',
  async (refusal) => {
    const voice = open({ refusal })
    await voice.recorder.start()
    expect(voice.recorder.state).toEqual({ kind: 'refused', because: refusal })
    expect(toRefusalWords(refusal)).toMatch(/try again\.$/)
    expect(canTryAgain(refusal)).toBe(true)
    await voice.recorder.start()
    expect(voice.transcript).toEqual(['asking', 'refused', 'asking', 'refused'])
  },
)

test.each(['insecure', 'unsupported'] as const)('where it is %s nobody is asked', async (obstacle) => {
  const voice = open({ obstacle })
  await voice.recorder.start()
  expect(voice.transcript).toEqual(['refused'])
  expect(canTryAgain(obstacle)).toBe(false)
})

test('who allows it after the recorder was closed opened it for nobody', async () => {
  const voice = open()
  const starting = voice.recorder.start()
  voice.recorder.close()
  await starting
  expect(voice.device.isOpen).toBe(false)
  expect(voice.transcript).toEqual(['asking'])
})

test('what an earlier recorder left is listened to first', () => {
  const found = { blob: new Blob(['a']), type: 'audio/webm', durationMs: 4_000 }
  expect(open({ found }).recorder.state).toEqual({ kind: 'recorded', recording: found })
})
