import { createNoise, mix, paintArea, type Colour, type Noise } from '../drawing/noise.ts'
import type { Scene } from '../drawing/photograph.ts'
import { soften } from '../drawing/soften.ts'
import { draw, fillPath, glow, type Point, toCurve, toLine } from '../drawing/svg.ts'
import { createRandom } from '../random.ts'

const WIDTH = 1440
const HEIGHT = 1080
const ALL = { x: 0, y: 0, width: WIDTH, height: HEIGHT }

const DARK: Colour = [126, 62, 24]
const GINGER: Colour = [218, 140, 66]
const CREAM: Colour = [250, 222, 178]

/** The neighbours' cat, asleep on the armchair that is nobody else's. */
export async function drawCat(): Promise<Scene> {
  const random = createRandom(15)
  const noise = createNoise(random)
  const [x, y] = [760, 560]
  const head: Point = [470, 690]
  const cushion = await paintArea(ALL, 0.3, (px, py) => {
    const weave = (noise(px / 3, py / 9) - 0.5) * 0.16 + (noise(px / 110, py / 110) - 0.5) * 0.3
    const light = 1 - Math.hypot((px - 480) / 1500, (py - 300) / 1000) * 0.62 + weave
    return [74 * light, 108 * light, 118 * light]
  })
  const shadow = draw('ellipse', { cx: x + 10, cy: y + 96, rx: 500, ry: 300, fill: '#07161a' })
  const crease = draw('ellipse', { cx: head[0] + 40, cy: head[1] - 10, rx: 190, ry: 156, fill: '#4c2208' })
  const paw = draw('ellipse', {
    cx: head[0] + 150,
    cy: head[1] + 92,
    rx: 92,
    ry: 44,
    fill: '#e9b878',
    transform: `rotate(-14 ${head[0] + 150} ${head[1] + 92})`,
  })
  return {
    width: WIDTH,
    height: HEIGHT,
    body: [
      cushion,
      await soften(ALL, 34, shadow, { opacity: 0.8 }),
      await paintBody(noise, x, y),
      await paintTail(noise, x, y),
      await soften(ALL, 22, crease, { opacity: 0.6 }),
      await soften(ALL, 5, paw),
      ...drawEars(head),
      await paintHead(noise, head),
      ...drawFace(head),
    ].join(''),
  }
}

/** Hair runs along the back, which goes around like a bun. */
function paintBody(noise: Noise, x: number, y: number): Promise<string> {
  const [wide, high] = [430, 330]
  const area = { x: x - wide * 1.15, y: y - high * 1.15, width: wide * 2.3, height: high * 2.3 }
  return paintArea(area, 0.5, (px, py) => {
    const [dx, dy] = [(px - x) / wide, (py - y) / high]
    const angle = Math.atan2(dy, dx)
    const part = Math.hypot(dx, dy) * (1 + 0.05 * Math.cos(angle * 2 - 0.6))
    const hair = noise(angle * 8 + part * 3, part * 44 + angle * 2) - 0.5
    const tuft = noise(angle * 46, 7) - 0.5
    const stripe = Math.sin(angle * 10 + part * 4 + (noise(angle * 3, part * 4) - 0.5) * 4)
    const isStriped = Math.max(0, stripe - 0.1) * Math.min(1, Math.max(0, part - 0.42) * 4)
    const coat = mix(mix(CREAM, GINGER, 0.45 + part * 0.7), DARK, isStriped * 0.95 + hair * 0.8)
    const round = Math.sqrt(Math.max(0, 1 - part * part))
    const light = 0.5 + round * 0.42 - dx * 0.1 - dy * 0.24 + hair * 0.55
    return [coat[0] * light, coat[1] * light, coat[2] * light, (1 - part + tuft * 0.055 + hair * 0.03) * 34]
  })
}

/** Around the lower side, to the nose. */
function paintTail(noise: Noise, x: number, y: number): Promise<string> {
  return paintArea({ x: x - 420, y: y + 20, width: 880, height: 400 }, 0.5, (px, py) => {
    const [dx, dy] = [(px - x) / 400, (py - y - 22) / 300]
    const angle = Math.atan2(dy, dx)
    const aside = (Math.hypot(dx, dy) - 0.93) * 340
    const half = 56 - Math.max(0, angle - 1.6) * 14
    const end = angle > 2.42 ? (angle - 2.42) * 400 : angle < 0.1 ? (0.1 - angle) * 400 : 0
    const across = Math.hypot(aside, end) / half
    const hair = noise(angle * 13, aside / 6) - 0.5
    const ring = Math.max(0, Math.sin(angle * 19 + hair))
    const coat = mix(GINGER, DARK, ring * 0.9 + hair)
    const light = 0.46 + Math.sqrt(Math.max(0, 1 - across * across)) * 0.5 - (aside / half) * 0.2 + hair * 0.5
    return [coat[0] * light, coat[1] * light, coat[2] * light, (1 - across + (noise(angle * 60, 3) - 0.5) * 0.3) * 16]
  })
}

function paintHead(noise: Noise, [x, y]: Point): Promise<string> {
  const [wide, high] = [172, 140]
  const area = { x: x - wide * 1.2, y: y - high * 1.2, width: wide * 2.4, height: high * 2.4 }
  return paintArea(area, 0.5, (px, py) => {
    const [dx, dy] = [(px - x) / wide, (py - y) / high]
    const angle = Math.atan2(dy - 0.2, dx)
    const part = Math.hypot(dx, dy)
    const hair = noise(angle * 26, part * 7) - 0.5
    const muzzle = Math.max(0, 1 - Math.hypot(dx / 0.52, (dy - 0.42) / 0.42))
    const brow = dy < -0.12 ? Math.max(0, Math.cos(dx * 15)) * Math.min(1, (-0.12 - dy) * 4) : 0
    const cheek = Math.abs(dx) > 0.5 ? Math.max(0, Math.sin(dy * 14 + Math.abs(dx) * 6)) * 0.6 : 0
    const coat = mix(mix(GINGER, CREAM, muzzle * 2 + 0.15), DARK, brow * 0.75 + cheek * (1 - muzzle) + hair * 0.7)
    const light = 0.62 + Math.sqrt(Math.max(0, 1 - part * part)) * 0.4 - dy * 0.14 - dx * 0.08 + hair * 0.5
    return [coat[0] * light, coat[1] * light, coat[2] * light, (1 - part + (noise(angle * 30, 11) - 0.5) * 0.12) * 26]
  })
}

function drawEars([x, y]: Point): string[] {
  return [-1, 1].flatMap((side) => {
    const outer: Point[] = [
      [x + side * 142, y - 50],
      [x + side * 124, y - 182],
      [x + side * 30, y - 106],
    ]
    const inner: Point[] = [
      [x + side * 124, y - 74],
      [x + side * 114, y - 152],
      [x + side * 56, y - 102],
    ]
    const round = { 'stroke-linejoin': 'round' }
    return [
      draw('path', { d: toLine(outer, true), fill: '#a95f2b', stroke: '#a95f2b', 'stroke-width': 20, ...round }),
      draw('path', { d: toLine(inner, true), fill: '#c98d78', stroke: '#d79f86', 'stroke-width': 8, ...round }),
    ]
  })
}

function drawFace([x, y]: Point): string[] {
  const line = { fill: 'none', stroke: '#3a1d10', 'stroke-linecap': 'round' }
  const eyes = [-1, 1].map((side) =>
    draw('path', {
      ...line,
      'stroke-width': 7,
      d: toCurve([
        [x + side * 36, y - 6],
        [x + side * 66, y + 12],
        [x + side * 104, y - 10],
      ]),
    }),
  )
  const mouth = [-1, 1].map((side) =>
    draw('path', {
      ...line,
      'stroke-width': 4,
      d: toCurve([
        [x, y + 54],
        [x + side * 12, y + 70],
        [x + side * 36, y + 68],
      ]),
    }),
  )
  const whiskers = [-1, 1].flatMap((side) =>
    [-15, 0, 14].map((up) =>
      draw('path', {
        ...line,
        ...{ stroke: '#fffaf0', 'stroke-width': 2, 'stroke-opacity': 0.8 },
        d: toCurve([
          [x + side * 38, y + 58 + up * 0.2],
          [x + side * 130, y + 50 + up],
          [x + side * 226, y + 70 + up * 2],
        ]),
      }),
    ),
  )
  const nose = fillPath(
    toCurve(
      [
        [x - 17, y + 34],
        [x + 17, y + 34],
        [x, y + 54],
      ],
      true,
    ),
    'url(#nose)',
  )
  return [glow('nose', ['#e59a8a', '#b8625a'], [0.4, 0.3], 0.8), ...eyes, nose, ...mouth, ...whiskers]
}
