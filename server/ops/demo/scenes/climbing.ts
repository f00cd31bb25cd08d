import { createNoise, mix, paintArea, toCss, type Colour } from '../drawing/noise.ts'
import type { Scene } from '../drawing/photograph.ts'
import { soften } from '../drawing/soften.ts'
import { draw, fillPath, strokePath, type Point, toCurve, toLine } from '../drawing/svg.ts'
import { createRandom, type Random } from '../random.ts'

const WIDTH = 1080
const HEIGHT = 1440
const ALL = { x: 0, y: 0, width: WIDTH, height: HEIGHT }

const HOLDS: readonly Colour[] = [
  [214, 62, 52],
  [52, 116, 190],
  [236, 186, 48],
  [66, 152, 92],
  [232, 122, 44],
  [128, 84, 160],
]

/** The corner in the hall, from below. */
export function drawClimbingWall(): Promise<Scene> {
  return photographWall(41, [186, 178, 166])
}

/** The overhang beside it. */
export function drawOverhang(): Promise<Scene> {
  return photographWall(58, [122, 132, 140])
}

async function photographWall(seed: number, panel: Colour): Promise<Scene> {
  const random = createRandom(seed)
  const noise = createNoise(random)
  const corner = (y: number) => 640 - (y - 400) * 0.09
  const wall = await paintArea(ALL, 0.5, (x, y) => {
    const isLeft = x < corner(y)
    const grit = (noise(x / 4, y / 4) - 0.5) * 0.3 + (noise(x / 120, y / 120) - 0.5) * 0.22
    const lamp = (isLeft ? 1.02 : 0.7) - (y / HEIGHT) * 0.28 + grit
    const seam =
      Math.min(Math.abs(((y + (isLeft ? x * 0.06 : -x * 0.08)) % 470) - 235), Math.abs(x - corner(y)) * 1.4) < 3
        ? 0.62
        : 1
    const chalk = Math.max(0, noise(x / 90 + 50, y / 90) - 0.62) * 1.3
    const [red, green, blue] = mix(panel, [246, 244, 240], chalk)
    return [red * lamp * seam, green * lamp * seam, blue * lamp * seam]
  })
  const bolts: string[] = []
  for (let row = 0; row < 17; row += 1) {
    for (let column = 0; column < 13; column += 1) {
      const place = { cx: 40 + column * 84 + (row % 2) * 42, cy: 30 + row * 86 }
      bolts.push(draw('circle', { ...place, r: 5, fill: '#1a1816', 'fill-opacity': 0.6 }))
    }
  }
  const holds = Array.from({ length: 46 }, (_, at) => {
    const place: Point = [60 + random.next() * 960, 40 + (at / 46) * 1380]
    return planHold(random, place, at % 5 === 0 ? 66 : 34, random.pick(HOLDS))
  })
  const shadows = holds.map(({ outline }) =>
    draw('path', { d: toCurve(outline, true), fill: '#000', transform: 'translate(14 26)' }),
  )
  const rope = toCurve([
    [812, -20],
    [800, 300],
    [830, 620],
    [796, 980],
    [822, 1460],
  ])
  return {
    width: WIDTH,
    height: HEIGHT,
    body: [
      wall,
      ...bolts,
      await soften(ALL, 10, shadows.join(''), { opacity: 0.6 }),
      ...holds.map(drawHold),
      await soften(
        ALL,
        8,
        draw('path', { d: rope, fill: 'none', stroke: '#000', 'stroke-width': 12, transform: 'translate(24 10)' }),
        { opacity: 0.45 },
      ),
      strokePath(rope, '#2f5f9e', 13),
      draw('path', { d: rope, fill: 'none', stroke: '#e8e34a', 'stroke-width': 11, 'stroke-dasharray': '9 26' }),
    ].join(''),
  }
}

interface Hold {
  outline: Point[]
  middle: Point
  size: number
  colour: Colour
}

function planHold(random: Random, [x, y]: Point, size: number, colour: Colour): Hold {
  const turn = random.next() * 6
  const flat = 0.55 + random.next() * 0.45
  const outline = Array.from({ length: 9 }, (_, at): Point => {
    const angle = (at / 9) * 2 * Math.PI
    const reach = size * (0.75 + random.next() * 0.45)
    const [along, aside] = [Math.cos(angle) * reach, Math.sin(angle) * reach * flat]
    return [x + along * Math.cos(turn) - aside * Math.sin(turn), y + along * Math.sin(turn) + aside * Math.cos(turn)]
  })
  return { outline, middle: [x, y], size, colour }
}

function drawHold({ outline, middle: [x, y], size, colour }: Hold): string {
  const towards = (part: number, dx: number, dy: number) =>
    toCurve(
      outline.map(([px, py]): Point => [x + (px - x) * part + dx, y + (py - y) * part + dy]),
      true,
    )
  return [
    fillPath(toCurve(outline, true), toCss(mix(colour, [0, 0, 0], 0.42))),
    fillPath(towards(0.9, -size * 0.06, -size * 0.1), toCss(colour)),
    fillPath(towards(0.55, -size * 0.14, -size * 0.2), toCss(mix(colour, [255, 255, 255], 0.3)), 0.75),
    fillPath(towards(0.3, -size * 0.05, -size * 0.16), '#fff', 0.4),
    draw('circle', { cx: x, cy: y, r: size * 0.13, fill: '#17151c' }),
  ].join('')
}

/** The quarry, two bolts below the top. */
export async function drawRock(): Promise<Scene> {
  const random = createRandom(77)
  const noise = createNoise(random)
  const relief = (x: number, y: number) => {
    const warped = noise(x / 260, y / 260) * 220
    const cracks = Math.abs(noise((x + warped) / 150, (y + warped * 0.4) / 330) - 0.5)
    return noise(x / 120, y / 170) * 60 + Math.min(0.05, cracks) * 620
  }
  const rock = await paintArea(ALL, 0.42, (x, y) => {
    const here = relief(x, y)
    const light = 0.62 + (relief(x - 3, y - 4) - here) * -0.09 + here / 190
    const [red, green, blue] = mix([150, 128, 106], [198, 168, 128], noise(x / 300 + 9, y / 200) * 2 - 0.5)
    const lichen = Math.max(0, noise(x / 60, y / 60 + 40) - 0.6) * 2.4
    const [r, g, b] = mix([red * light, green * light, blue * light], [126 * light, 132 * light, 84 * light], lichen)
    return [r, g, b]
  })
  const rope = toCurve([
    [560, -20],
    [548, 250],
    [566, 470],
    [610, 800],
    [570, 1120],
    [640, 1460],
  ])
  const carabiner = (x: number, y: number): string[] => [
    draw('rect', { x: x - 15, y: y - 128, width: 30, height: 34, rx: 5, fill: '#8c9096' }),
    draw('circle', { cx: x, cy: y - 112, r: 8, fill: '#3d4044' }),
    draw('rect', { x: x - 9, y: y - 84, width: 18, height: 76, rx: 4, fill: '#c23b34' }),
    draw('ellipse', { cx: x, cy: y - 88, rx: 15, ry: 24, fill: 'none', stroke: '#d7dadd', 'stroke-width': 6 }),
    draw('ellipse', { cx: x, cy: y + 10, rx: 16, ry: 27, fill: 'none', stroke: '#d7dadd', 'stroke-width': 6 }),
  ]
  const gear = [...carabiner(548, 250), ...carabiner(610, 800)].join('')
  const line = strokePath(rope, '#000', 15)
  return {
    width: WIDTH,
    height: HEIGHT,
    body: [
      rock,
      await soften(ALL, 7, draw('g', { transform: 'translate(30 20)' }, line + gear), { opacity: 0.55 }),
      strokePath(rope, '#d9662a', 15),
      draw('path', { d: rope, fill: 'none', stroke: '#40281c', 'stroke-width': 12, 'stroke-dasharray': '6 17' }),
      gear,
      fillPath(
        toLine(
          [
            [0, 0],
            [WIDTH, 0],
            [WIDTH, 5],
            [0, 5],
          ],
          true,
        ),
        '#e8d9bd',
        0.5,
      ),
    ].join(''),
  }
}
