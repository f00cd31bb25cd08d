import { createNoise, mix, paintArea, type Colour } from '../drawing/noise.ts'
import type { Scene } from '../drawing/photograph.ts'
import { soften } from '../drawing/soften.ts'
import { draw, fillPath, strokePath, glow, gradient, type Point, toCurve, toLine } from '../drawing/svg.ts'
import { createRandom, type Random } from '../random.ts'

const WIDTH = 1600
const HEIGHT = 1067
const ALL = { x: 0, y: 0, width: WIDTH, height: HEIGHT }
const HORIZON = 700

interface Light {
  seed: number
  sky: readonly [top: Colour, middle: Colour, low: Colour]
  cloud: Colour
  cloudiness: number
  /** Of the walls, in the order in which the buildings stand, the hindmost first. */
  walls: readonly string[]
  /** What shows in a window, by chance. */
  windows: readonly string[]
  ground: readonly [far: Colour, near: Colour]
  tree: string
  hasLeaves: boolean
  /** Lamps along the path. */
  lamps: boolean
  snow: boolean
}

/** The main building after a lecture in winter, in wet weather. */
export function drawCampusAtDusk(): Promise<Scene> {
  return photographCampus({
    seed: 3,
    sky: [
      [38, 44, 86],
      [128, 88, 128],
      [246, 164, 108],
    ],
    cloud: [250, 156, 128],
    cloudiness: 0.7,
    walls: ['#4b4560', '#2d2a40', '#201e2f'],
    windows: ['#ffd98a', '#ffc35c', '#fff0c2', '#34324a', '#2a2940', '#2a2940'],
    ground: [
      [70, 62, 84],
      [24, 22, 34],
    ],
    tree: '#15131f',
    hasLeaves: false,
    lamps: true,
    snow: false,
  })
}

/** The first morning with snow. */
export function drawCampusInSnow(): Promise<Scene> {
  return photographCampus({
    seed: 21,
    sky: [
      [186, 198, 212],
      [212, 219, 226],
      [236, 232, 226],
    ],
    cloud: [240, 242, 245],
    cloudiness: 0.6,
    walls: ['#b9a99c', '#a2766a', '#8d6157'],
    windows: ['#5c6672', '#6d7884', '#4d5763', '#d8c79c'],
    ground: [
      [226, 231, 238],
      [244, 246, 250],
    ],
    tree: '#4a403c',
    hasLeaves: false,
    lamps: false,
    snow: true,
  })
}

/** The lawn on the first warm day. */
export function drawCampusInSpring(): Promise<Scene> {
  return photographCampus({
    seed: 34,
    sky: [
      [72, 136, 206],
      [136, 184, 230],
      [208, 226, 240],
    ],
    cloud: [255, 255, 255],
    cloudiness: 0.85,
    walls: ['#d9cbb6', '#c99a7c', '#b8785c'],
    windows: ['#7d94a8', '#93aabd', '#5f7488', '#bcd3e4'],
    ground: [
      [122, 158, 78],
      [74, 112, 44],
    ],
    tree: '#5a7a34',
    hasLeaves: true,
    lamps: false,
    snow: false,
  })
}

async function photographCampus(light: Light): Promise<Scene> {
  const random = createRandom(light.seed)
  const noise = createNoise(random)
  const [top, middle, low] = light.sky
  const sky = await paintArea({ ...ALL, height: HORIZON + 20 }, 0.25, (x, y) => {
    const down = y / HORIZON
    const clear = down < 0.55 ? mix(top, middle, down / 0.55) : mix(middle, low, (down - 0.55) / 0.45)
    const cloud = noise(x / 420, y / 130) - 0.5 + (noise(x / 150 + 9, y / 60) - 0.5) * 0.35
    return mix(clear, light.cloud, Math.max(0, cloud * 3.4) * light.cloudiness)
  })
  const buildings = drawBuildings(random, light)
  const glowing = light.lamps ? await soften(ALL, 22, buildings, { opacity: 0.9, style: 'mix-blend-mode:screen' }) : ''
  return {
    width: WIDTH,
    height: HEIGHT,
    body: [
      sky,
      buildings,
      glowing,
      await paintGround(random, light, buildings),
      ...(await drawTrees(random, light)),
      ...(light.lamps ? drawLamps() : []),
      ...(light.snow ? [await drawFlakes(random)] : []),
    ].join(''),
  }
}

interface Block {
  x: number
  width: number
  height: number
  columns: number
  rows: number
}

const BLOCKS: readonly Block[] = [
  { x: 1080, width: 560, height: 250, columns: 17, rows: 5 },
  { x: -60, width: 520, height: 300, columns: 12, rows: 5 },
  { x: 420, width: 700, height: 400, columns: 15, rows: 6 },
]

function drawBuildings(random: Random, { walls, windows, snow }: Light): string {
  return BLOCKS.map(({ x, width, height, columns, rows }, index) => {
    const wall = walls[index] ?? '#333'
    const top = HORIZON - height
    const [pane, floor] = [width / columns, height / (rows + 0.6)]
    const panes = Array.from({ length: rows * columns }, (_, at) => {
      const [column, row] = [at % columns, Math.floor(at / columns)]
      const isStairs = index === 2 && column === 7
      const place = { x: x + (column + 0.24) * pane, y: top + (row + 0.42) * floor }
      const size = { width: pane * (isStairs ? 0.62 : 0.52), height: floor * (isStairs ? 1 : 0.58) }
      const fill = isStairs ? (windows[0] ?? '#fff') : random.pick(windows)
      return draw('rect', { ...place, ...size, fill, 'fill-opacity': 0.72 + random.next() * 0.28 })
    })
    const shade = `wall${index}`
    const roof = snow ? '#f4f6f9' : 'rgba(0,0,0,0.35)'
    return [
      gradient(shade, [0, 0], [1, 0.3], ['rgba(255,255,255,0.14)', 'rgba(0,0,0,0)', 'rgba(0,0,0,0.28)']),
      draw('rect', { x, y: top, width, height, fill: wall }),
      draw('rect', { x, y: top, width, height, fill: `url(#${shade})` }),
      ...panes,
      draw('rect', { x: x - 8, y: top - 10, width: width + 16, height: snow ? 17 : 12, fill: roof }),
      ...(index === 2 ? drawEntrance(x + width / 2, windows[0] ?? '#fff') : []),
    ].join('')
  }).join('')
}

function drawEntrance(x: number, light: string): string[] {
  const doors = [-2, -1, 0, 1].map((place) =>
    draw('rect', { x: x + place * 27 + 3, y: HORIZON - 62, width: 22, height: 62, fill: light }),
  )
  return [draw('rect', { x: x - 74, y: HORIZON - 76, width: 148, height: 10, fill: '#1b1a22' }), ...doors]
}

/** Wet stone at dusk shows the buildings once more; grass and snow show a path. */
async function paintGround(random: Random, { ground, lamps, snow }: Light, buildings: string): Promise<string> {
  const noise = createNoise(random)
  const area = { x: 0, y: HORIZON, width: WIDTH, height: HEIGHT - HORIZON }
  const [far, near] = ground
  const path: Colour = snow ? [206, 212, 222] : [196, 184, 162]
  const base = await paintArea(area, 0.5, (x, y) => {
    const depth = (y - HORIZON) / (HEIGHT - HORIZON)
    const spread = 1 / (0.12 + depth)
    const texture = noise((x - WIDTH / 2) * spread * 0.09, depth * 90) - 0.5
    const grass = mix(far, near, depth + texture * (snow ? 0.5 : 1.1))
    const fromPath = Math.abs(x - (790 - depth * 260 + noise(depth * 5, 2) * 30)) / (46 + depth * 250)
    return lamps ? grass : mix(path, grass, (fromPath - 0.9) * 5 + texture)
  })
  if (!lamps) return base
  const turned = draw('g', { transform: `translate(0 ${2 * HORIZON}) scale(1 -1)` }, buildings)
  return base + (await soften(area, 13, turned, { opacity: 0.5 }))
}

async function drawTrees(random: Random, light: Light): Promise<string[]> {
  const places: readonly (readonly [x: number, y: number, size: number])[] = [
    [180, 740, 320],
    [1420, 752, 380],
    [1190, 724, 220],
    [30, 812, 500],
  ]
  const trees: string[] = []
  for (const [x, y, size] of places) {
    trees.push(
      draw('ellipse', {
        cx: x + 30,
        cy: y,
        rx: size * 0.34,
        ry: size * 0.035,
        fill: '#000',
        opacity: light.snow ? 0.12 : 0.3,
      }),
    )
    trees.push(
      light.hasLeaves
        ? drawTrunk(x, y, size)
        : drawBranches(random, light.tree, [x, y], -Math.PI / 2, size * 0.27, size / 26),
    )
    if (light.hasLeaves) trees.push(await paintCrown(random, x, y - size * 0.66, size * 0.42))
  }
  return trees
}

function drawTrunk(x: number, y: number, size: number): string {
  const trunk: Point[] = [
    [x - size * 0.05, y],
    [x - size * 0.025, y - size * 0.5],
    [x + size * 0.03, y - size * 0.5],
    [x + size * 0.05, y],
  ]
  return fillPath(toLine(trunk, true), '#54402f')
}

function drawBranches(
  random: Random,
  colour: string,
  [x, y]: Point,
  angle: number,
  length: number,
  width: number,
): string {
  const bend = (random.next() - 0.5) * 0.3
  const middle: Point = [x + Math.cos(angle + bend) * length * 0.5, y + Math.sin(angle + bend) * length * 0.5]
  const end: Point = [x + Math.cos(angle) * length, y + Math.sin(angle) * length]
  const wood = strokePath(toCurve([[x, y], middle, end]), colour, width)
  if (width < 0.9) return wood
  const sides = [-1, 1, ...(random.next() < 0.5 ? [0.2] : [])]
  const twigs = sides.map((side) => {
    const turn = side * (0.28 + random.next() * 0.36)
    return drawBranches(random, colour, end, angle + turn, length * (0.66 + random.next() * 0.2), width * 0.62)
  })
  return wood + twigs.join('')
}

/** Leaves as light and shade of a cloud. */
function paintCrown(random: Random, x: number, y: number, radius: number): Promise<string> {
  const noise = createNoise(random)
  const area = { x: x - radius * 1.3, y: y - radius * 1.3, width: radius * 2.6, height: radius * 2.6 }
  return paintArea(area, 0.5, (px, py) => {
    const [dx, dy] = [(px - x) / radius, (py - y) / (radius * 1.05)]
    const edge = Math.hypot(dx, dy) + (noise(px / 55, py / 55) - 0.5) * 1.1
    const leaves = noise(px / 17, py / 17) - 0.5
    const sun = 0.5 - dx * 0.22 - dy * 0.4 + leaves * 1.5
    const [red, green, blue] = mix([46, 74, 26], [158, 188, 84], sun)
    return [red, green, blue, Math.min(1, Math.max(0, (1 - edge + leaves * 0.5) * 7))]
  })
}

function drawLamps(): string[] {
  const places: readonly Point[] = [
    [600, 730],
    [980, 742],
    [420, 800],
    [1240, 830],
  ]
  const halo = glow('halo', [
    [0, 'rgba(255,226,160,0.95)'],
    [0.12, 'rgba(255,206,120,0.55)'],
    [0.45, 'rgba(255,190,100,0.14)'],
    [1, 'rgba(255,190,100,0)'],
  ])
  return [
    halo,
    ...places.flatMap(([x, y]) => {
      const size = (y - 690) * 1.5
      return [
        strokePath(
          toLine([
            [x, y],
            [x, y - size],
          ]),
          '#0f0e16',
          size / 22,
        ),
        draw('circle', { cx: x, cy: y - size, r: size * 0.95, fill: 'url(#halo)' }),
        draw('ellipse', {
          cx: x,
          cy: y + size * 0.5,
          rx: size * 0.34,
          ry: size * 0.9,
          fill: 'url(#halo)',
          opacity: 0.55,
        }),
      ]
    }),
  ]
}

async function drawFlakes(random: Random): Promise<string> {
  const flakes = (count: number, size: number) =>
    Array.from({ length: count }, () => {
      const place = { cx: random.next() * WIDTH, cy: random.next() * HEIGHT }
      return draw('circle', {
        ...place,
        r: size * (0.5 + random.next()),
        fill: '#fff',
        'fill-opacity': 0.5 + random.next() * 0.4,
      })
    }).join('')
  return flakes(260, 2.4) + (await soften(ALL, 6, flakes(46, 11), { opacity: 0.75 }))
}
