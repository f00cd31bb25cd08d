import type { UploadMetadata } from '../../../shared/protocol/files.ts'
import { createConcertProgramme, createExerciseSheet } from './documents/papers.ts'
import { createChords, createSpeech } from './documents/sound.ts'
import { createLabReport, createPendulumTable, createTimings, DIJKSTRA, NOTES, SCHEMA } from './documents/texts.ts'
import { isScreen, type PhotoName, PHOTOS } from './photo-names.ts'
import type { Photos } from './photos.ts'

/** What people of the demo send, but for photos: what it is called and treated as, and what is in it. */
const DOCUMENTS = {
  'exercise-sheet': { name: 'exercise-sheet-05.pdf', make: createExerciseSheet },
  programme: { name: 'Winter concert, programme.pdf', make: createConcertProgramme },
  dijkstra: { name: 'dijkstra.py', make: () => DIJKSTRA },
  notes: { name: 'chapter-6-notes.md', make: () => NOTES },
  schema: { name: 'bike-rental.sql', make: () => SCHEMA },
  pendulum: { name: 'pendulum.csv', make: createPendulumTable },
  timings: { name: 'heap-timings.csv', make: createTimings },
  'lab-report': { name: 'pendulum-report.zip', make: createLabReport },
  'first-chords': { name: 'Fauré, first chords.wav', make: () => createChords(FAURE) },
} as const satisfies Record<string, { name: string; make: () => Buffer | string }>
type DocumentName = keyof typeof DOCUMENTS

/** Half tones from the middle A. */
const FAURE = [
  [-20, -8, -1, 4],
  [-20, -8, -3, 4],
  [-18, -6, -1, 2],
  [-20, -8, -1, 4],
]

/** What is said, in seconds and with a voice of so many Hz. */
const VOICES = {
  'voice-bars': { seconds: 14, pitch: 205 },
  'voice-late': { seconds: 6, pitch: 118 },
  'voice-key': { seconds: 9, pitch: 186 },
} as const
type VoiceName = keyof typeof VOICES

export type DemoFileName = PhotoName | DocumentName | VoiceName

/** A file of the demo that is sent at a moment. */
export interface DemoFile extends Pick<UploadMetadata, 'name' | 'as' | 'durationMs'> {
  bytes: Uint8Array
}

const isPhoto = (name: string): name is PhotoName => name in PHOTOS
const isVoice = (name: string): name is VoiceName => name in VOICES
const isDocument = (name: string): name is DocumentName => name in DOCUMENTS

/** Throws when there is no such file. */
export function toDemoFileName(name: string): DemoFileName {
  if (isPhoto(name) || isVoice(name) || isDocument(name)) return name
  throw new Error(`The demo has no file “${name}”.`)
}

export function toDescription(name: DemoFileName): string {
  return isPhoto(name) ? PHOTOS[name] : ''
}

/** The photos among files, each once. */
export function listPhotos(names: readonly DemoFileName[]): PhotoName[] {
  return [...new Set(names.filter(isPhoto))]
}

export async function makeDemoFile(name: DemoFileName, at: number, photos: Photos): Promise<DemoFile> {
  if (isPhoto(name)) return { name: toPhotoName(name, at), as: 'photo', bytes: await photos.get(name) }
  if (isVoice(name)) {
    const { seconds, pitch } = VOICES[name]
    const bytes = createSpeech(pitch, seconds, pitch)
    return { name: 'Voice message.wav', as: 'voice', bytes, durationMs: seconds * 1_000 }
  }
  const document = DOCUMENTS[name]
  return { name: document.name, as: 'document', bytes: Buffer.from(document.make()) }
}

/** As phones and laptops call them. */
function toPhotoName(name: PhotoName, at: number): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T')
  const [hours = '', minutes = ''] = time.split(':')
  return isScreen(name)
    ? `Screenshot ${day} ${hours}.${minutes}.png`
    : `IMG_${day.replaceAll('-', '')}_${hours}${minutes}${time.slice(6, 8)}.jpg`
}
