import type { Size } from './photo-plan.ts'

/**
 * How a picture lies on a screen: `scale` is how much larger it is than when all of it is seen, `x` and `y` how far its
 * middle lies from the screen's, in pixels of the screen.
 */
export interface View {
  scale: number
  x: number
  y: number
}

export interface Point {
  x: number
  y: number
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 }
export const SCALE_MAX = 8
/** What a double tap comes to. */
const CLOSE = 2.5
/** A picture with few pixels is not blown up to the size of the screen. */
const ENLARGED_MAX = 2

/** As large as a picture is when all of it is seen. */
export function fitScreen({ width, height }: Size, screen: Size): Size {
  const factor = Math.min(screen.width / width, screen.height / height, ENLARGED_MAX)
  return { width: width * factor, height: height * factor }
}

/** The nearest view in which no edge of the picture comes off the screen's while the picture is larger. */
export function keepOnScreen({ scale, x, y }: View, whole: Size, screen: Size): View {
  const kept = Math.min(SCALE_MAX, Math.max(1, scale))
  const clamp = (at: number, length: number, room: number) => {
    const most = Math.max(0, (length * kept - room) / 2)
    return Math.min(most, Math.max(-most, at))
  }
  return { scale: kept, x: clamp(x, whole.width, screen.width), y: clamp(y, whole.height, screen.height) }
}

/** Closer by a factor; what is at `point`, seen from the middle of the screen, stays there. */
export function zoomAt(view: View, factor: number, point: Point): View {
  const scale = Math.min(SCALE_MAX, Math.max(1, view.scale * factor))
  const by = scale / view.scale
  return { scale, x: point.x - (point.x - view.x) * by, y: point.y - (point.y - view.y) * by }
}

/** Close to that point, or back to the whole. */
export function turnZoom(view: View, point: Point): View {
  return view.scale > 1 ? WHOLE : zoomAt(view, CLOSE, point)
}

export function isWhole({ scale }: View): boolean {
  return scale <= 1
}
