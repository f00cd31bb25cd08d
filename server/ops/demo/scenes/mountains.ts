import { createNoise, mix, paintArea, type Colour, type Noise } from '../drawing/noise.ts'
import type { Scene } from '../drawing/photograph.ts'
import { soften } from '../drawing/soften.ts'
import { draw, fillPath, strokePath, glow, type Point, toCurve, toLine } from '../drawing/svg.ts'
import { createRandom, type Random } from '../random.ts'

interface View {
  seed: number
  width: number
  height: number
  /** Where the water begins. */
  shore: number
  sky: readonly [top: Colour, low: Colour]
  cloud: Colour
  /** The farthest ridge and the nearest. */
  ridges: readonly [far: Colour, near: Colour]
  sun: Colour
  /** How much of the snow lies there, from 0. */
  snow: number
}

const RIDGES = 5

/** The lake at noon. */
export function drawLake(): Promise<Scene> {
  return photographView({
    ...{ seed: 4, width: 1600, height: 1067, shore: 640 },
    sky: [
      [64, 126, 200],
      [196, 218, 236],
    ],
    cloud: [255, 255, 255],
    ridges: [
      [148, 174, 200],
      [40, 66, 48],
    ],
    sun: [255, 250, 230],
    snow: 1,
  })
}

/** The same valley, wider, when the sun goes down. */
export function drawEveningPanorama(): Promise<Scene> {
  return photographView({
    ...{ seed: 17, width: 2000, height: 860, shore: 560 },
    sky: [
      [74, 78, 132],
      [252, 178, 112],
    ],
    cloud: [255, 148, 110],
    ridges: [
      [196, 136, 130],
      [34, 28, 44],
    ],
    sun: [255, 196, 120],
    snow: 0,
  })
}

async function photographView(view: View): Promise<Scene> {
  const { seed, width, height, shore } = view
  const random = createRandom(seed)
  const noise = createNoise(random)
  const light = createLight(view, noise)
  const land = await paintArea({ x: 0, y: 0, width, height: shore }, 0.4, light)
  const water = await paintArea({ x: 0, y: shore, width, height: height - shore }, 0.4, (x, y) => {
    const depth = (y - shore) / (height - shore)
    const wave = noise(x / (30 + depth * 160), y / (2.4 + depth * 9)) - 0.5
    const [red, green, blue] = light(
      x + wave * 60 * depth,
      Math.max(0, shore - (y - shore) * 1.05 + wave * 70 * (0.15 + depth)),
    )
    const dark = 0.8 - depth * 0.28 + Math.max(0, wave - 0.16) * 1.2
    return [red * dark, green * dark + 3, blue * dark + 8]
  })
  const edge = draw('rect', { x: 0, y: shore - 3, width, height: 5, fill: '#14181a', opacity: 0.55 })
  return { width, height, body: [land, water, edge, await drawShore(random, view)].join('') }
}

/** What colour one sees at a place above the water. */
function createLight(
  { width, shore, sky, cloud, ridges, sun, snow }: View,
  noise: Noise,
): (x: number, y: number) => Colour {
  const [top, low] = sky
  const [far, near] = ridges
  const crest = (ridge: number, x: number) => {
    const nearness = ridge / (RIDGES - 1)
    const rugged = noise(x / (330 - nearness * 190) + ridge * 40, ridge * 9)
    return shore * (0.98 - (1 - nearness) * 0.36) - Math.max(0, rugged - 0.3) * shore * (0.78 - nearness * 0.45)
  }
  return (x, y) => {
    for (let ridge = RIDGES - 1; ridge >= 0; ridge -= 1) {
      const below = y - crest(ridge, x)
      if (below < 0) continue
      const nearness = ridge / (RIDGES - 1)
      const slope = noise(x / 34 + ridge * 20, y / 46 + x / 90) - 0.5
      const rock = mix(far, near, nearness + slope * (0.2 + nearness * 0.5))
      const isSnowy = ridge < 2 && below < 46 * snow * (1 + slope * 3.4)
      const lit: Colour = isSnowy ? mix(rock, [250, 251, 255], 0.85 + slope) : rock
      const haze = Math.min(1, Math.max(0, (below / shore) * 1.9)) * (1 - nearness) * 0.55
      return mix(lit, low, haze)
    }
    const down = y / shore
    const clear = mix(top, low, down * 1.5)
    const clouds = noise(x / 300 + 60, y / 85) - 0.53
    const shine = Math.exp(-Math.hypot((x - width * 0.68) / (width * 0.2), (y - shore * 0.42) / (shore * 0.4)) * 1.6)
    return mix(mix(clear, cloud, clouds * 5), sun, shine * 0.9)
  }
}

/** Grass and stones at one's feet. */
async function drawShore(random: Random, { width, height, snow }: View): Promise<string> {
  const [dark, light] = snow > 0 ? (['#33401f', '#7c8f3e'] as const) : (['#100d14', '#2d2228'] as const)
  const edge = Array.from({ length: 9 }, (_, at): Point => [
    (at / 8) * width,
    height - 30 - random.next() * 46 + at * 4,
  ])
  const ground = fillPath(toCurve([[-20, height + 20], ...edge, [width + 20, height + 20]], true), dark)
  const blades = Array.from({ length: 700 }, () => {
    const [x, y] = [random.next() * width, height - random.next() * 40]
    const [lean, length] = [(random.next() - 0.5) * 30, 20 + random.next() * 60]
    const stroke = random.next() < 0.6 ? light : dark
    const d = toCurve([
      [x, y],
      [x + lean * 0.3, y - length * 0.6],
      [x + lean, y - length],
    ])
    return strokePath(d, stroke, 2.4)
  })
  return ground + (await soften({ x: 0, y: height - 180, width, height: 180 }, 4, blades.join('')))
}

/** Two nights beside the lake: a tent with a light in it, below a few thousand stars. */
export async function drawTent(): Promise<Scene> {
  const [width, height] = [1600, 1067]
  const all = { x: 0, y: 0, width, height }
  const random = createRandom(29)
  const noise = createNoise(random)
  const sky = await paintArea(all, 0.25, (x, y) => {
    const milky = Math.exp(-(((x * 0.55 + y - 900) / 190) ** 2)) * (0.35 + noise(x / 110, y / 110) * 0.9)
    const clear = mix([8, 12, 30], [34, 46, 84], y / 820)
    return mix(clear, [150, 148, 184], milky * 0.42)
  })
  const stars = Array.from({ length: 1_400 }, () => {
    const size = random.next() ** 6
    const place = { cx: random.next() * width, cy: random.next() * 800 }
    return draw('circle', {
      ...place,
      r: 0.7 + size * 2.2,
      fill: random.next() < 0.2 ? '#ffe9d0' : '#e6edff',
      'fill-opacity': 0.35 + random.next() * 0.6,
    })
  })
  const ridge = (base: number, rise: number, scale: number, fill: string) => {
    const crest = Array.from({ length: 90 }, (_, at): Point => [at * 18, base - noise(at * scale, base) * rise])
    return fillPath(toLine([[0, height], ...crest, [width, height]], true), fill)
  }
  const [left, right, top]: readonly [Point, Point, Point] = [
    [520, 900],
    [1010, 910],
    [750, 640],
  ]
  const tent = fillPath(toCurve([left, [600, 740], top, [910, 760], right], false) + 'Z', 'url(#canvas)')
  const halo = draw('ellipse', { cx: 765, cy: 830, rx: 560, ry: 300, fill: 'url(#warm)' })
  return {
    width,
    height,
    body: [
      sky,
      ...stars,
      ridge(820, 420, 0.09, '#12172c'),
      ridge(880, 260, 0.13, '#0b0f1e'),
      await paintArea({ ...all, y: 860, height: height - 860 }, 0.5, (x, y) => {
        const warm = Math.exp(-Math.hypot((x - 765) / 330, (y - 930) / 110))
        const grass = noise(x / 14, y / 5)
        return mix([8, 11, 16], [150, 96, 40], warm * grass * 1.5)
      }),
      glow('warm', [
        [0, 'rgba(255,180,84,0.5)'],
        [0.5, 'rgba(255,160,70,0.16)'],
        [1, 'rgba(255,160,70,0)'],
      ]),
      halo,
      glow(
        'canvas',
        [
          [0, '#fff0c0'],
          [0.4, '#ffc15e'],
          [0.8, '#d9772c'],
          [1, '#8e4518'],
        ],
        [0.48, 0.78],
        0.75,
      ),
      tent,
      strokePath(toCurve([top, [742, 770], [720, 905]]), '#7c3a16', 5, 0.7),
      strokePath(toCurve([top, [800, 780], [842, 908]]), '#9a4a1c', 4, 0.5),
      await soften(
        all,
        5,
        fillPath(
          toCurve([
            [660, 905],
            [650, 850],
            [690, 820],
            [716, 850],
            [720, 905],
          ]),
          '#6b2f12',
        ),
        { opacity: 0.55 },
      ),
    ].join(''),
  }
}
