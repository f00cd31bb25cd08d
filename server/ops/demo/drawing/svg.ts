/** In pixels, from the top left. */
export type Point = readonly [x: number, y: number]

type Attributes = Readonly<Record<string, string | number>>

/** An element of SVG, with what lies in it. */
export function draw(name: string, attributes: Attributes, inside = ''): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : value}"`,
  )
  return `<${name}${written.join('')}>${inside}</${name}>`
}

/** An outline filled with a colour, or with what `url(#id)` names. */
export function fillPath(outline: string, colour: string, opacity = 1): string {
  return draw('path', { d: outline, fill: colour, ...(opacity !== 1 && { 'fill-opacity': opacity }) })
}

/** A line of a pen with a round point. */
export function strokePath(line: string, colour: string, width: number, opacity = 1): string {
  const pen = {
    fill: 'none',
    stroke: colour,
    'stroke-width': width,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  }
  return draw('path', { d: line, ...pen, ...(opacity !== 1 && { 'stroke-opacity': opacity }) })
}

/** Straight lines through points; closed when it is to be filled. */
export function toLine(points: readonly Point[], isClosed = false): string {
  return `M${points.map(toWords).join('L')}${isClosed ? 'Z' : ''}`
}

/** A curve through points (Catmull and Rom, as Bézier's). */
export function toCurve(points: readonly Point[], isClosed = false): string {
  const count = points.length
  const at = (index: number): Point => {
    const place = isClosed ? (index + count) % count : Math.min(count - 1, Math.max(0, index))
    return points[place] ?? [0, 0]
  }
  const parts = [`M${toWords(at(0))}`]
  for (let index = 0; index < (isClosed ? count : count - 1); index += 1) {
    const [before, from, to, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)]
    const out: Point = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6]
    const into: Point = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6]
    parts.push(`C${toWords(out)} ${toWords(into)} ${toWords(to)}`)
  }
  return `${parts.join('')}${isClosed ? 'Z' : ''}`
}

/** A gradient to be put before what uses it as `url(#id)`; each stop is a colour, evenly spread or at its place from 0 to 1. */
export function gradient(
  id: string,
  [x1, y1]: Point,
  [x2, y2]: Point,
  stops: readonly (string | readonly [at: number, colour: string])[],
): string {
  return draw('linearGradient', { id, x1, y1, x2, y2 }, toStops(stops))
}

/** The same from a middle outwards. */
export function glow(
  id: string,
  stops: readonly (string | readonly [at: number, colour: string])[],
  [cx, cy]: Point = [0.5, 0.5],
  r = 0.5,
): string {
  return draw('radialGradient', { id, cx, cy, r }, toStops(stops))
}

function toStops(stops: readonly (string | readonly [at: number, colour: string])[]): string {
  return stops
    .map((stop, index) => {
      const [offset, colour] = typeof stop === 'string' ? [index / Math.max(1, stops.length - 1), stop] : stop
      return draw('stop', { offset, 'stop-color': colour })
    })
    .join('')
}

function toWords([x, y]: Point): string {
  return `${round(x)},${round(y)}`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
