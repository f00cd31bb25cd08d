import { keep, readKeptJson } from '../../ui/kept.ts'
import type { SkinTone } from '../../ui/text/skin-tone.ts'

const RECENT_MAX = 32

/** Which emoji somebody took lately on this device, and in which skin tone. */
export class EmojiPreferences {
  recent = $state.raw<readonly string[]>([])
  tone = $state<SkinTone>(0)
  readonly #key: string

  constructor(userId: string) {
    this.#key = `chatbox-emoji-${userId}`
    const kept = readKeptJson('device', this.#key)
    if (typeof kept !== 'object' || kept === null) return
    const recent: readonly unknown[] = 'recent' in kept && Array.isArray(kept.recent) ? kept.recent : []
    this.recent = recent.filter((emoji) => typeof emoji === 'string')
    if ('tone' in kept && isTone(kept.tone)) this.tone = kept.tone
  }

  use(emoji: string): void {
    this.recent = [emoji, ...this.recent.filter((one) => one !== emoji)].slice(0, RECENT_MAX)
    this.#keep()
  }

  setTone(tone: SkinTone): void {
    this.tone = tone
    this.#keep()
  }

  #keep(): void {
    keep('device', this.#key, JSON.stringify({ recent: this.recent, tone: this.tone }))
  }
}

function isTone(value: unknown): value is SkinTone {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 5
}
