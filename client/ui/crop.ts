/** Which square of a picture is taken: its centre and its side, in pixels of the picture. */
export interface Crop {
  x: number
  y: number
  side: number
}

interface Size {
  width: number
  height: number
}

/** At most so many times closer than the whole picture. */
export const ZOOM_MAX = 8

/** The largest square in the middle. */
export function fitCrop({ width, height }: Size): Crop {
  return { x: width / 2, y: height / 2, side: Math.min(width, height) }
}

/** The nearest crop that lies within the picture. */
export function keepInside({ width, height }: Size, { x, y, side }: Crop): Crop {
  const most = Math.min(width, height)
  const kept = Math.min(most, Math.max(most / ZOOM_MAX, side))
  const clamp = (value: number, length: number) => Math.min(length - kept / 2, Math.max(kept / 2, value))
  return { x: clamp(x, width), y: clamp(y, height), side: kept }
}

/** How much closer than the whole picture a crop is, from 1. */
export function zoomOf({ width, height }: Size, { side }: Crop): number {
  return Math.min(width, height) / side
}

export function withZoom(size: Size, crop: Crop, zoom: number): Crop {
  return keepInside(size, { ...crop, side: Math.min(size.width, size.height) / zoom })
}

/** Moved by parts of its own side. */
export function moved(size: Size, crop: Crop, right: number, down: number): Crop {
  return keepInside(size, { ...crop, x: crop.x + right * crop.side, y: crop.y + down * crop.side })
}
