import { PHOTO_UPLOAD_BYTES_MAX, QUESTION_PHOTO_SIDE_MAX } from '../../../shared/classroom/limits.ts'
import {
  describeChosenPhoto,
  keepChosenPhoto,
  removeChosenPhoto,
  watchChosenPhoto,
} from '../../data/classroom/own-photo.ts'
import type { OpenedClassroom } from '../../data/classroom/opened-classroom.ts'
import { live } from '../../ui/live.svelte.ts'
import type { PhotoRefusal } from '../../ui/media/draw-photo.ts'

const REFUSED: Readonly<Record<PhotoRefusal, string>> = {
  'not-a-photo': 'This browser cannot show this file as a photo. Choose a JPEG or PNG file, or take a photo of it.',
  'too-large': 'This picture has too many pixels to be drawn on this device. Choose a smaller one.',
  unreadable: 'This file could not be read. Choose it once more.',
}
const NOT_LOADED = 'What draws photos did not load: the network went away. Choose it once more.'
const ONE = 'A question carries one photo: the first was taken.'

/** The photo of the question that is being written, from the moment in which somebody chose it; while a component is made. */
export class AskedPhoto {
  isDrawing = $state(false)
  /** A sentence about what was chosen and not taken; null where all is well. */
  note: string | null = $state(null)
  readonly #opened: OpenedClassroom
  readonly #kept
  /** What was chosen last; what is drawn of another one comes too late. */
  #latest: Blob | null = null

  constructor(opened: OpenedClassroom) {
    this.#opened = opened
    this.#kept = live(() => watchChosenPhoto(opened))
  }

  readonly kept = $derived.by(() => this.#kept.value)
  readonly isThere = $derived.by(() => this.isDrawing || this.kept !== undefined)

  /** Draws the first of these files anew and keeps that, in place of what was chosen before. */
  async choose(files: readonly Blob[]): Promise<void> {
    const [file] = files
    if (file === undefined) return
    this.#latest = file
    this.isDrawing = true
    this.note = null
    try {
      const note = await this.#draw(file)
      if (this.#latest === file) this.note = note ?? (files.length > 1 ? ONE : null)
    } finally {
      if (this.#latest === file) this.isDrawing = false
    }
  }

  async describe(description: string): Promise<void> {
    await describeChosenPhoto(this.#opened, description)
  }

  async remove(): Promise<void> {
    this.#latest = null
    this.isDrawing = false
    this.note = null
    await removeChosenPhoto(this.#opened)
  }

  /** Why there is none, in a sentence. */
  async #draw(file: Blob): Promise<string | null> {
    const part = await import('../../ui/media/redraw-photo.ts').catch(() => null)
    if (part === null) return NOT_LOADED
    const photo = await part.redrawPhoto(file, { sideMax: QUESTION_PHOTO_SIDE_MAX, bytesMax: PHOTO_UPLOAD_BYTES_MAX })
    if (typeof photo === 'string') return REFUSED[photo]
    const { blob: content, width, height, preview } = photo
    if (this.#latest === file) await keepChosenPhoto(this.#opened, { content, width, height, preview })
    return null
  }
}
