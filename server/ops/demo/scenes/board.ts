import { createNoise, paintArea } from '../drawing/noise.ts'
import { write, type Writing } from '../drawing/handwriting.ts'
import type { Scene } from '../drawing/photograph.ts'
import { createPlane, type Plane } from '../drawing/plane.ts'
import { soften } from '../drawing/soften.ts'
import { draw, fillPath, strokePath, glow, gradient, type Point, toCurve, toLine } from '../drawing/svg.ts'
import { createRandom, type Random } from '../random.ts'

const WIDTH = 1440
const HEIGHT = 1080
const ALL = { x: 0, y: 0, width: WIDTH, height: HEIGHT }
/** The board is so wide, in the units in which one writes on it; it is 100 high. */
const ACROSS = 140
const DOWN = 100

export const BLUE = '#2b4a9b'
export const RED = '#b8323a'
export const GREEN = '#2c7a4b'
export const BLACK = '#2a2c33'

/** Somebody's hand with markers, at a board. */
export interface Hand {
  random: Random
  text(words: string, at: Omit<Writing, 'shake' | 'lean'>, colour?: string): void
  line(places: readonly Point[], colour?: string, width?: number): void
  circle(middle: Point, radius: number, colour?: string): void
  arrow(from: Point, to: Point, colour?: string): void
}

/** A whiteboard in a lecture hall, from one of the rows in the middle, with whatever somebody wrote on it. */
export async function photographBoard(seed: number, writeOn: (hand: Hand) => void): Promise<Scene> {
  const random = createRandom(seed)
  const tilt = (amount: number) => (random.next() - 0.5) * amount
  const board = createPlane([
    [96 + tilt(40), 120 + tilt(30)],
    [1366 + tilt(40), 84 + tilt(40)],
    [1352 + tilt(40), 930 + tilt(40)],
    [82 + tilt(40), 900 + tilt(30)],
  ])
  const noise = createNoise(random)
  const wall = await paintArea(ALL, 0.25, (x, y) => {
    const light = 0.86 + 0.2 * (1 - Math.hypot(x - 500, y - 200) / 1500) + (noise(x / 90, y / 90) - 0.5) * 0.07
    return [205 * light, 196 * light, 180 * light]
  })
  const outline = (margin: number): string => {
    const places: Point[] = [
      [-margin, -margin],
      [1 + margin, -margin],
      [1 + margin, 1 + margin],
      [-margin, 1 + margin],
    ]
    return toLine(
      places.map(([x, y]) => board(x, y)),
      true,
    )
  }
  const shadow = await soften(
    ALL,
    16,
    draw('path', { d: outline(0.03), fill: '#1b1714', opacity: 0.5, transform: 'translate(10 24)' }),
  )
  const strokes: string[] = []
  writeOn(createHand(random, board, strokes))
  return {
    width: WIDTH,
    height: HEIGHT,
    body: [
      wall,
      shadow,
      gradient('frame', [0, 0], [0, 1], ['#d8d9db', '#8f9296', '#b9bbbe']),
      fillPath(outline(0.018), 'url(#frame)'),
      gradient('white', [0, 0], [1, 1], ['#fbfbf6', '#eceeed', '#d6dada']),
      fillPath(outline(0), 'url(#white)'),
      await soften(ALL, 7, drawErased(random, board).join(''), { opacity: 0.5 }),
      glow('lamp', [
        [0, 'rgba(255,255,252,0.95)'],
        [0.35, 'rgba(255,255,250,0.5)'],
        [1, 'rgba(255,255,250,0)'],
      ]),
      draw('ellipse', { cx: 1020, cy: 220, rx: 260, ry: 150, fill: 'url(#lamp)', transform: 'rotate(-8 1020 220)' }),
      ...strokes,
      ...drawTray(board),
    ].join(''),
  }
}

function createHand(random: Random, board: Plane, strokes: string[]): Hand {
  const put = (places: readonly Point[], colour: string, width: number) => {
    const seen = places.map(([x, y]) => board(x / ACROSS, y / DOWN))
    const pen = { fill: 'none', stroke: colour, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }
    const d = toCurve(seen)
    // A marker covers unevenly: once broad and pale, once in full.
    strokes.push(draw('path', { ...pen, d, 'stroke-width': width, opacity: 0.75 }))
    strokes.push(draw('path', { ...pen, d, 'stroke-width': width * 0.55, opacity: 0.6 }))
  }
  const shaken = ([x, y]: Point, by = 0.5): Point => [x + (random.next() - 0.5) * by, y + (random.next() - 0.5) * by]
  const hand: Hand = {
    random,
    text(words, at, colour = BLACK) {
      for (const stroke of write(random, words, { ...at, shake: 0.85, lean: 0.1 })) put(stroke, colour, 5)
    },
    line: (places, colour = BLACK, width = 5) =>
      put(
        places.map((place) => shaken(place)),
        colour,
        width,
      ),
    circle([x, y], radius, colour = BLACK) {
      const from = random.next() * 6
      const places = Array.from({ length: 15 }, (_, step): Point => {
        const angle = from + (step / 13) * 2 * Math.PI
        return shaken([x + Math.cos(angle) * radius, y + Math.sin(angle) * radius], radius * 0.08)
      })
      put(places, colour, 5)
    },
    arrow([x, y], [toX, toY], colour = BLACK) {
      const angle = Math.atan2(toY - y, toX - x)
      const wing = (turn: number): Point => [toX - Math.cos(angle + turn) * 3, toY - Math.sin(angle + turn) * 3]
      hand.line(
        [
          [x, y],
          [(x + toX) / 2, (y + toY) / 2],
          [toX, toY],
        ],
        colour,
      )
      hand.line([wing(0.5), [toX, toY]], colour)
      hand.line([wing(-0.5), [toX, toY]], colour)
    },
  }
  return hand
}

/** What the sponge left of the lecture before. */
function drawErased(random: Random, board: Plane): string[] {
  return Array.from({ length: 26 }, () => {
    const [x, y] = [random.next() * 0.9, random.next() * 0.9]
    const places = Array.from({ length: 4 }, (_, step): Point => {
      return board(x + step * 0.025, y + (step % 2) * 0.05 + random.next() * 0.02)
    })
    const d = toCurve(places)
    return strokePath(d, '#8b93a8', 18, 0.12)
  })
}

function drawTray(board: Plane): string[] {
  const place = (x: number, y: number) => board(x, y)
  const tray = [place(0.3, 1.02), place(0.72, 1.02), place(0.73, 1.05), place(0.29, 1.05)]
  const marker = (x: number, colour: string): string[] => {
    const [from, to, tip] = [place(x, 1.014), place(x + 0.06, 1.014), place(x + 0.075, 1.014)]
    const pen = { fill: 'none', 'stroke-width': 15, 'stroke-linecap': 'round' }
    return [
      draw('path', { ...pen, d: toLine([from, to]), stroke: '#f1f1ee' }),
      draw('path', { ...pen, d: toLine([to, tip]), stroke: colour }),
    ]
  }
  return [fillPath(toLine(tray, true), '#74777b'), ...marker(0.34, BLUE), ...marker(0.47, RED), ...marker(0.58, '#222')]
}
