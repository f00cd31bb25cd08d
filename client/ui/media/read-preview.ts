import { rgbaToDataURL, thumbHashToAverageRGBA, thumbHashToRGBA } from 'thumbhash'

/** So many previews are kept drawn: about as many as a long conversation has on and around the screen. */
const KEPT_MAX = 300
/** From one of a long and narrow picture to one of a square picture with alpha. */
const BYTES_MIN = 17
const BYTES_MAX = 25

export interface Preview {
  /** A PNG of at most 32 pixels a side, as a `data:` URL. */
  url: string
  /** What is to be seen on the average, as a colour of CSS. */
  colour: string
}

const kept = new Map<string, Preview | null>()

/** What is shown of a photo before it is here, from its ThumbHash in base64; null for what is none. */
export function readPreview(thumbHash: string): Preview | null {
  const known = kept.get(thumbHash)
  const preview = known === undefined ? draw(thumbHash) : known
  // What was looked at last goes last.
  kept.delete(thumbHash)
  kept.set(thumbHash, preview)
  for (const [oldest] of kept) {
    if (kept.size <= KEPT_MAX) break
    kept.delete(oldest)
  }
  return preview
}

function draw(thumbHash: string): Preview | null {
  const hash = fromBase64(thumbHash)
  if (hash === null || hash.length < BYTES_MIN || hash.length > BYTES_MAX) return null
  const { w, h, rgba } = thumbHashToRGBA(hash)
  // No side of it is 0 unless somebody made it up.
  if (w === 0 || h === 0) return null
  const { r, g, b } = thumbHashToAverageRGBA(hash)
  const [red, green, blue] = [r, g, b].map((part) => Math.round(255 * Math.min(1, Math.max(0, part))))
  return { url: rgbaToDataURL(w, h, rgba), colour: `rgb(${red} ${green} ${blue})` }
}

function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))
  } catch {
    return null
  }
}
