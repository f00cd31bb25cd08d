import type { SkinTone } from '../../ui/text/skin-tone.ts'

const RECENT_MAX = 32

interface Taste {
  recent: string[]
  tone: SkinTone
}

/** Which emoji somebody took lately on this device, and in which skin tone. */
export class EmojiTaste {
  recent = $state.raw<readonly string[]>([])
  tone = $state<SkinTone>(0)
  readonly #key: string

  constructor(userId: string) {
    this.#key = `chatbox-emoji-${userId}`
    const { recent, tone } = read(this.#key)
    this.recent = recent
    this.tone = tone
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
    try {
      localStorage.setItem(this.#key, JSON.stringify({ recent: this.recent, tone: this.tone }))
    } catch {
      // No room, or not allowed: then it is remembered until the page closes.
    }
  }
}

function read(key: string): Taste {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    if (typeof kept !== 'object' || kept === null) return { recent: [], tone: 0 }
    const recent = 'recent' in kept && Array.isArray(kept.recent) ? kept.recent : []
    const tone = 'tone' in kept ? kept.tone : 0
    return { recent: recent.filter((emoji) => typeof emoji === 'string'), tone: isTone(tone) ? tone : 0 }
  } catch {
    return { recent: [], tone: 0 }
  }
}

function isTone(value: unknown): value is SkinTone {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 5
}
