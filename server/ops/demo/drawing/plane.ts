import type { Point } from './svg.ts'

/** A flat thing in space, seen by a camera: its places, from 0 to 1 each way, as places of the picture. */
export type Plane = (x: number, y: number) => Point

/** The plane whose corners are seen at these places, from its upper left around by its upper right (Heckbert, 1989). */
export function createPlane([a, b, c, d]: readonly [Point, Point, Point, Point]): Plane {
  const sum: Point = [a[0] - b[0] + c[0] - d[0], a[1] - b[1] + c[1] - d[1]]
  const one: Point = [b[0] - c[0], b[1] - c[1]]
  const other: Point = [d[0] - c[0], d[1] - c[1]]
  const area = cross(one, other)
  const g = cross(sum, other) / area
  const h = cross(one, sum) / area
  const across: Point = [b[0] - a[0] + g * b[0], b[1] - a[1] + g * b[1]]
  const down: Point = [d[0] - a[0] + h * d[0], d[1] - a[1] + h * d[1]]
  return (x, y) => {
    const depth = g * x + h * y + 1
    return [(across[0] * x + down[0] * y + a[0]) / depth, (across[1] * x + down[1] * y + a[1]) / depth]
  }
}

function cross(one: Point, other: Point): number {
  return one[0] * other[1] - one[1] * other[0]
}
