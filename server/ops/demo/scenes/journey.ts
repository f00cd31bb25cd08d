import { createNoise, mix, paintArea, type Colour } from '../drawing/noise.ts'
import type { Scene } from '../drawing/photograph.ts'
import { soften } from '../drawing/soften.ts'
import { draw, fillPath, strokePath, glow, gradient, type Point, toCurve, toLine } from '../drawing/svg.ts'
import { createRandom, type Random } from '../random.ts'

const WIDTH = 1440
const HEIGHT = 1080
const ALL = { x: 0, y: 0, width: WIDTH, height: HEIGHT }

interface Ride {
  seed: number
  sky: readonly [top: Colour, low: Colour]
  hills: readonly Colour[]
  rain: boolean
}

/** Somewhere between two towns, with the evening sun over the fields. */
export function drawTrainWindow(): Promise<Scene> {
  return photographRide({
    seed: 9,
    sky: [
      [128, 164, 206],
      [252, 214, 164],
    ],
    hills: [
      [168, 172, 178],
      [136, 150, 116],
      [196, 170, 92],
      [112, 128, 58],
    ],
    rain: false,
  })
}

/** The same line in November, late again. */
export function drawRainyTrain(): Promise<Scene> {
  return photographRide({
    seed: 31,
    sky: [
      [120, 132, 146],
      [182, 190, 196],
    ],
    hills: [
      [140, 150, 160],
      [104, 118, 118],
      [84, 98, 84],
      [62, 74, 58],
    ],
    rain: true,
  })
}

async function photographRide({ seed, sky, hills, rain }: Ride): Promise<Scene> {
  const random = createRandom(seed)
  const noise = createNoise(random)
  const [top, low] = sky
  const crests = [520, 570, 640, 740]
  const outside = await paintArea(ALL, 0.34, (x, y) => {
    const cloud = noise(x / 400, y / 90) - 0.5
    let seen = mix(mix(top, low, y / 560), [255, 250, 244], cloud * 2.2)
    crests.forEach((base, at) => {
      // What is near goes by faster, and smears.
      const smear = 60 + at * at * 130
      const crest = base + (noise(x / (360 - at * 60) + at * 30, at) - 0.5) * 130
      if (y < crest) return
      const texture = noise(x / smear, (y - (crest - base) * 0.4) / (4 + at * 3) + at * 50) - 0.5
      const hill = hills[at] ?? [90, 100, 70]
      const light = 1 + texture * (0.4 + at * 0.25) - Math.min(0.3, (y - crest) / 900)
      seen = [hill[0] * light, hill[1] * light, hill[2] * light]
    })
    return seen
  })
  const poles = [310, 1120].map((x) =>
    strokePath(
      toLine([
        [x, 180],
        [x, 900],
      ]),
      '#3c3c40',
      30,
      0.5,
    ),
  )
  const wires = [250, 290, 340].map((y) =>
    strokePath(
      toCurve([
        [0, y],
        [400, y + 40],
        [800, y + 8],
        [1440, y + 46],
      ]),
      '#2c2c30',
      4,
      0.6,
    ),
  )
  const lights = [0, 1, 2].map((at) =>
    draw('rect', {
      x: 250 + at * 400,
      y: 190 + at * 8,
      width: 300,
      height: 20,
      fill: '#fffbe8',
      'fill-opacity': rain ? 0.5 : 0.2,
    }),
  )
  return {
    width: WIDTH,
    height: HEIGHT,
    body: [
      outside,
      await soften(ALL, 7, [...poles, ...wires].join('')),
      await soften(ALL, 9, lights.join('')),
      ...(rain ? drawDrops(random) : []),
      ...drawCarriage(),
      ...(await drawCup(rain)),
    ].join(''),
  }
}

function drawDrops(random: Random): string[] {
  const shine = glow(
    'drop',
    [
      [0, 'rgba(255,255,255,0.1)'],
      [0.7, 'rgba(30,40,50,0.34)'],
      [0.9, 'rgba(255,255,255,0.5)'],
      [1, 'rgba(255,255,255,0)'],
    ],
    [0.5, 0.42],
  )
  const drops = Array.from({ length: 300 }, () => {
    const [x, y, size] = [120 + random.next() * 1200, 90 + random.next() * 780, 3 + random.next() ** 3 * 15]
    const streak: Point[] = [
      [x, y],
      [x - size * 3, y + size * 0.8],
      [x - size * 8, y + size * 1.4],
    ]
    const hasStreak = random.next() < 0.24
    const trail = strokePath(toCurve(streak), '#e9eef2', size * 0.5, hasStreak ? 0.24 : 0)
    return trail + draw('ellipse', { cx: x, cy: y, rx: size, ry: size * 1.15, fill: 'url(#drop)' })
  })
  return [shine, ...drops]
}

/** The wall around the window, the rubber that holds it, and the table below. */
function drawCarriage(): string[] {
  const hole = 'M190,70H1250Q1320,70 1320,140V800Q1320,870 1250,870H190Q120,870 120,800V140Q120,70 190,70Z'
  return [
    gradient('wall', [0, 0], [0, 1], ['#5d5a58', '#45423f', '#2c2a29']),
    draw('path', { d: `M0,0H${WIDTH}V${HEIGHT}H0Z${hole}`, fill: 'url(#wall)', 'fill-rule': 'evenodd' }),
    strokePath(hole, '#151414', 30),
    draw('path', {
      d: hole,
      fill: 'none',
      stroke: '#7b7672',
      'stroke-width': 3,
      'stroke-opacity': 0.7,
      transform: 'translate(720 470) scale(1.034 1.05) translate(-720 -470)',
    }),
    gradient('sheen', [0, 0], [1, 1], ['rgba(255,255,255,0.16)', 'rgba(255,255,255,0.02)', 'rgba(255,255,255,0.08)']),
    fillPath(
      toLine(
        [
          [180, 90],
          [640, 90],
          [330, 850],
          [140, 850],
          [140, 190],
        ],
        true,
      ),
      'url(#sheen)',
    ),
    gradient('table', [0, 0], [0, 1], ['#d3cbbd', '#a69d8e', '#6f675b']),
    fillPath(
      toLine(
        [
          [-10, 940],
          [1450, 926],
          [1450, 1090],
          [-10, 1090],
        ],
        true,
      ),
      'url(#table)',
    ),
    strokePath(
      toLine([
        [-10, 940],
        [1450, 926],
      ]),
      '#efe8da',
      5,
    ),
  ]
}

async function drawCup(isCold: boolean): Promise<string[]> {
  const cup: Point[] = [
    [1020, 716],
    [1204, 716],
    [1178, 1004],
    [1046, 1004],
  ]
  const shadow = draw('ellipse', { cx: 1150, cy: 1006, rx: 150, ry: 20, fill: '#1c1712' })
  const steam = [1070, 1120, 1160].map((x, at) =>
    strokePath(
      toCurve([
        [x, 690],
        [x + 26, 630],
        [x - 20, 560],
        [x + 14, 490 - at * 20],
      ]),
      '#fff',
      22,
      0.4,
    ),
  )
  return [
    await soften(ALL, 12, shadow, { opacity: 0.6 }),
    gradient('cup', [0, 0], [1, 0], ['#f6f1e6', '#e6dece', '#a79c88']),
    fillPath(toLine(cup, true), 'url(#cup)'),
    gradient('band', [0, 0], [1, 0], ['#9c6b43', '#865733', '#573620']),
    fillPath(
      toLine(
        [
          [1030, 800],
          [1194, 800],
          [1184, 930],
          [1040, 930],
        ],
        true,
      ),
      'url(#band)',
    ),
    gradient('lid', [0, 0], [1, 0], ['#3b3836', '#242220', '#121110']),
    fillPath(
      toLine(
        [
          [1008, 690],
          [1216, 690],
          [1212, 724],
          [1012, 724],
        ],
        true,
      ),
      'url(#lid)',
    ),
    fillPath(
      toLine(
        [
          [1026, 668],
          [1198, 668],
          [1208, 692],
          [1016, 692],
        ],
        true,
      ),
      'url(#lid)',
    ),
    isCold ? '' : await soften(ALL, 16, steam.join(''), { opacity: 0.55 }),
  ]
}
