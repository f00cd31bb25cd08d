import { createNoise, mix, paintArea, toCss } from '../drawing/noise.ts'
import type { Scene } from '../drawing/photograph.ts'
import { soften } from '../drawing/soften.ts'
import { draw, fillPath, strokePath, gradient, type Point, toCurve, toLine } from '../drawing/svg.ts'
import { createRandom, type Random } from '../random.ts'

/** A plant on the sill of a kitchen that is being watered again. */
export async function drawPlant(): Promise<Scene> {
  const [width, height] = [1080, 1440]
  const all = { x: 0, y: 0, width, height }
  const random = createRandom(6)
  const noise = createNoise(random)
  const sill = 1130
  const wall = await paintArea(all, 0.25, (x, y) => {
    const plaster = (noise(x / 60, y / 60) - 0.5) * 0.05
    const beam = Math.max(0, 1 - Math.abs(x - y * 0.55 - 60) / 420)
    const light = 0.74 + beam * 0.26 + plaster
    return [238 * light, 226 * light, 204 * light]
  })
  const stems = planLeaves(random, [540, 900])
  const leaves = stems.map((leaf) => drawLeaf(leaf))
  const pot: Point[] = [
    [372, 866],
    [708, 866],
    [662, 1180],
    [418, 1180],
  ]
  return {
    width,
    height,
    body: [
      wall,
      await soften(
        all,
        13,
        draw('g', { transform: 'translate(130 46)' }, stems.map((leaf) => drawOutline(leaf, '#3c2e1e')).join('')),
        { opacity: 0.34 },
      ),
      ...drawSill(width, height, sill),
      await soften(all, 14, draw('ellipse', { cx: 620, cy: 1192, rx: 250, ry: 34, fill: '#2a1c10' }), { opacity: 0.6 }),
      gradient('clay', [0, 0], [1, 0], ['#d98d62', '#c97a50', '#8d4a2c']),
      fillPath(toLine(pot, true), 'url(#clay)'),
      draw('ellipse', { cx: 540, cy: 1180, rx: 122, ry: 16, fill: '#8d4a2c' }),
      ...leaves.slice(0, 9),
      fillPath(
        toLine(
          [
            [352, 820],
            [728, 820],
            [718, 888],
            [362, 888],
          ],
          true,
        ),
        'url(#clay)',
      ),
      fillPath(
        toLine(
          [
            [362, 888],
            [718, 888],
            [716, 902],
            [364, 902],
          ],
          true,
        ),
        '#5c2c18',
        0.45,
      ),
      draw('ellipse', { cx: 540, cy: 822, rx: 186, ry: 28, fill: '#33241a' }),
      ...leaves.slice(9),
    ].join(''),
  }
}

function drawSill(width: number, height: number, top: number): string[] {
  return [
    gradient('sill', [0, 0], [1, 1], ['#f2eee4', '#d7cfbf', '#b9ae9a']),
    draw('rect', { x: 0, y: top, width, height: height - top, fill: 'url(#sill)' }),
    draw('rect', { x: 0, y: top - 3, width, height: 8, fill: '#fffdf6', 'fill-opacity': 0.8 }),
    draw('rect', { x: 0, y: height - 96, width, height: 96, fill: '#8e8371', 'fill-opacity': 0.55 }),
  ]
}

interface Leaf {
  root: Point
  middle: Point
  tip: Point
  breadth: number
  shade: number
}

function planLeaves(random: Random, root: Point): Leaf[] {
  return Array.from({ length: 24 }, (_, at): Leaf => {
    const angle = -Math.PI / 2 + (((at * 0.618) % 1) - 0.5) * 2.9 + (random.next() - 0.5) * 0.2
    const reach = 330 + random.next() * 270 - Math.abs(angle + Math.PI / 2) * 60
    const droop = Math.abs(Math.cos(angle)) * 200 + random.next() * 60
    const tip: Point = [root[0] + Math.cos(angle) * reach, root[1] - 60 + Math.sin(angle) * reach + droop]
    const middle: Point = [root[0] + Math.cos(angle) * reach * 0.5, root[1] - 60 + Math.sin(angle) * reach * 0.72]
    return {
      root: [root[0] + (random.next() - 0.5) * 120, root[1] - 60],
      middle,
      tip,
      breadth: 62 + random.next() * 40,
      shade: random.next(),
    }
  })
}

function toSides({ middle, tip, breadth }: Leaf): readonly [Point[], Point[]] {
  const angle = Math.atan2(tip[1] - middle[1], tip[0] - middle[0])
  const side = (part: number, by: number): Point => [
    middle[0] + (tip[0] - middle[0]) * part - Math.sin(angle) * by * breadth,
    middle[1] + (tip[1] - middle[1]) * part + Math.cos(angle) * by * breadth,
  ]
  return [
    [middle, side(0.16, 0.75), side(0.42, 0.85), side(0.74, 0.45), tip],
    [tip, side(0.74, -0.45), side(0.42, -0.85), side(0.16, -0.75), middle],
  ]
}

function drawOutline(leaf: Leaf, fill: string): string {
  const [one, other] = toSides(leaf)
  return (
    fillPath(toCurve([...one, ...other.slice(1, -1)], true), fill) +
    strokePath(toCurve([leaf.root, leaf.middle]), fill, 9)
  )
}

function drawLeaf(leaf: Leaf): string {
  const { root, middle, tip, shade } = leaf
  const [one, other] = toSides(leaf)
  const green = (light: number) => toCss(mix([28, 62, 34], [138, 178, 86], light))
  const veins = [0.25, 0.42, 0.6, 0.76].flatMap((part, at) => {
    const from: Point = [middle[0] + (tip[0] - middle[0]) * part, middle[1] + (tip[1] - middle[1]) * part]
    return [one[Math.min(3, at + 1)], other[Math.max(1, 3 - at)]].map((end) =>
      strokePath(toLine([from, end ?? from]), green(shade * 0.6 + 0.36), 1.5, 0.5),
    )
  })
  return [
    strokePath(toCurve([root, [(root[0] + middle[0]) / 2 + 10, (root[1] + middle[1]) / 2 - 14], middle]), '#5f7f3c', 9),
    fillPath(toCurve(one) + 'Z', green(shade * 0.6 + 0.1)),
    fillPath(toCurve(other) + 'Z', green(shade * 0.6 + 0.3)),
    ...veins,
    strokePath(toLine([middle, tip]), green(shade * 0.5 + 0.5), 3.4),
  ].join('')
}
