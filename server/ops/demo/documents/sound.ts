import { createRandom, type Random } from '../random.ts'

const RATE = 16_000
/** The first three resonances of a mouth, in Hz: a, e, i, o, u, and the murmur of an m (Peterson and Barney, 1952). */
const VOWELS = [
  [730, 1090, 2440],
  [530, 1840, 2480],
  [270, 2290, 3010],
  [570, 840, 2410],
  [300, 870, 2240],
  [250, 1200, 2100],
] as const

/** Sound that is shaped like speech: a voice that rises and falls, in syllables, sentences and breaths, and says nothing. */
export function createSpeech(seed: number, seconds: number, pitch: number): Buffer {
  const random = createRandom(seed)
  const samples = new Float32Array(RATE * seconds)
  let at = Math.round(RATE * 0.2)
  while (at < samples.length - RATE * 0.6) {
    const words = random.between(3, 7)
    for (let word = 0; word < words; word += 1) {
      const syllables = random.between(1, 3)
      for (let syllable = 0; syllable < syllables && at < samples.length - RATE * 0.5; syllable += 1) {
        const fall = 1.12 - 0.3 * (word / words) + (random.next() - 0.5) * 0.14
        at += sayConsonant(random, samples, at)
        at += sayVowel(random, samples, at, pitch * fall, 0.07 + random.next() * 0.11)
      }
      at += Math.round(RATE * 0.02)
    }
    at += Math.round(RATE * (0.22 + random.next() * 0.3))
  }
  return toWav(samples, 0.5)
}

/** The air of an s or a t. Returns how many samples it took, less a little, for one sound runs into the next. */
function sayConsonant(random: Random, samples: Float32Array, at: number): number {
  const length = Math.round(RATE * (0.02 + random.next() * 0.05))
  const strength = random.next() < 0.4 ? 0.05 : 0.012
  let last = 0
  for (let step = 0; step < length; step += 1) {
    const air = random.next() - 0.5
    add(samples, at + step, (air - last * 0.9) * strength * Math.sin((step / length) * Math.PI))
    last = air
  }
  return Math.round(length * 0.8)
}

function sayVowel(random: Random, samples: Float32Array, at: number, pitch: number, seconds: number): number {
  const length = Math.round(RATE * seconds)
  const vowel = random.pick(VOWELS)
  const mouth = vowel.map((frequency, place) => createResonator(frequency, 70 + place * 50, 1 / (place + 1)))
  let phase = 0
  for (let step = 0; step < length; step += 1) {
    const part = step / length
    phase += (pitch * (1.04 - part * 0.1 + Math.sin(step / 420) * 0.012)) / RATE
    // The folds close once in each round: a pulse, and a little breath.
    const isClosing = phase >= 1
    if (isClosing) phase -= 1
    const source = (isClosing ? 1 : 0) + (random.next() - 0.5) * 0.02
    const loud = Math.min(1, part * 7, (1 - part) * 4)
    add(samples, at + step, mouth.reduce((sum, resonate) => sum + resonate(source), 0) * loud * 0.3)
  }
  return Math.round(length * 0.92)
}

/** A filter of second order that rings at a frequency. */
function createResonator(frequency: number, breadth: number, gain: number): (input: number) => number {
  const radius = Math.exp((-Math.PI * breadth) / RATE)
  const turn = 2 * radius * Math.cos((2 * Math.PI * frequency) / RATE)
  let [last, before] = [0, 0]
  return (input) => {
    const output = input * gain + turn * last - radius * radius * before
    before = last
    last = output
    return output
  }
}

/** Chords of a harmonium, one a second and a half: each is notes in half tones from the middle A. */
export function createChords(chords: readonly (readonly number[])[]): Buffer {
  const each = Math.round(RATE * 1.5)
  const samples = new Float32Array(each * chords.length + RATE)
  chords.forEach((notes, place) => {
    for (const note of notes) {
      const frequency = 440 * 2 ** (note / 12)
      for (let step = 0; step < each * 1.25; step += 1) {
        const seconds = step / RATE
        const loud = Math.min(1, seconds * 12, Math.max(0, 1.85 - seconds) * 3) * 0.14
        const tone = [1, 0.45, 0.25, 0.12].reduce(
          (sum, strength, overtone) => sum + strength * Math.sin(2 * Math.PI * frequency * (overtone + 1) * seconds),
          0,
        )
        add(samples, place * each + step, tone * loud)
      }
    }
  })
  return toWav(samples, 0.6)
}

function add(samples: Float32Array, at: number, value: number): void {
  if (at < samples.length) samples[at] = (samples[at] ?? 0) + value
}

/** 16 bits, one channel (Multimedia Programming Interface and Data Specifications 1.0), the loudest sample at `peak`. */
function toWav(samples: Float32Array, peak: number): Buffer {
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-6)
  const wav = Buffer.alloc(44 + samples.length * 2)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(36 + samples.length * 2, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(RATE, 24)
  wav.writeUInt32LE(RATE * 2, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(samples.length * 2, 40)
  samples.forEach((sample, at) => wav.writeInt16LE(Math.round((sample / loudest) * peak * 32_767), 44 + at * 2))
  return wav
}
