import { write } from '../drawing/handwriting.ts'
import { createNoise, mix, paintArea } from '../drawing/noise.ts'
import type { Scene } from '../drawing/photograph.ts'
import { soften } from '../drawing/soften.ts'
import { draw, fillPath, strokePath, glow, gradient, type Point, toCurve, toLine } from '../drawing/svg.ts'
import { createRandom, type Random } from '../random.ts'

const WIDTH = 1440
const HEIGHT = 1080
const ALL = { x: 0, y: 0, width: WIDTH, height: HEIGHT }

/** A bench of the physics lab, where something swings at last. */
export async function drawOscilloscope(): Promise<Scene> {
  const random = createRandom(83)
  const noise = createNoise(random)
  const bench = await paintArea(ALL, 0.25, (x, y) => {
    if (y < 520) {
      const light = 0.62 - y / 1900 + (noise(x / 90, y / 90) - 0.5) * 0.06
      return [190 * light, 198 * light, 196 * light]
    }
    const grain = 0.8 + (noise(x / 200, y / 8) - 0.5) * 0.3 - (y - 520) / 2400
    return [150 * grain, 142 * grain, 128 * grain]
  })
  const wave = (cycles: number, height: number, middle: number, phase: number): string =>
    toLine(
      Array.from({ length: 200 }, (_, at): Point => [
        300 + at * 2.9,
        middle - Math.sin((at / 200) * cycles * 2 * Math.PI + phase) * height - (random.next() - 0.5) * 2,
      ]),
    )
  const trace = (d: string, stroke: string) =>
    [7, 3].map((width, at) => strokePath(d, stroke, width, at === 0 ? 0.35 : 1))
  const traces = [...trace(wave(4, 108, 430, 0), '#ffe14d'), ...trace(wave(4, 62, 500, 1.1), '#4de1ff')].join('')
  const grid = [
    ...Array.from({ length: 11 }, (_, at): [Point, Point] => [
      [300 + at * 58, 290],
      [300 + at * 58, 650],
    ]),
    ...Array.from({ length: 9 }, (_, at): [Point, Point] => [
      [300, 290 + at * 45],
      [880, 290 + at * 45],
    ]),
  ]
  return {
    width: WIDTH,
    height: HEIGHT,
    body: [
      bench,
      await soften(ALL, 26, draw('rect', { x: 220, y: 700, width: 1060, height: 90, fill: '#000' }), { opacity: 0.6 }),
      gradient('case', [0, 0], [0, 1], ['#e6e4dc', '#cfccc2', '#a8a59a']),
      draw('rect', { x: 220, y: 216, width: 1040, height: 530, rx: 22, fill: 'url(#case)' }),
      draw('rect', { x: 262, y: 252, width: 656, height: 440, rx: 12, fill: '#2b2d30' }),
      glow(
        'tube',
        [
          [0, '#123036'],
          [1, '#081418'],
        ],
        [0.5, 0.5],
        0.7,
      ),
      draw('rect', { x: 300, y: 290, width: 580, height: 360, fill: 'url(#tube)' }),
      ...grid.map((line) => strokePath(toLine(line), '#5f8c8c', 1.4, 0.55)),
      await soften(ALL, 9, traces, { opacity: 0.8 }),
      traces,
      ...drawLabel(random, 'CH1 2.00V   CH2 1.00V   M 250us', 306, 676, 9, '#bfe8e2'),
      fillPath(
        toLine(
          [
            [300, 290],
            [560, 290],
            [380, 650],
            [300, 650],
          ],
          true,
        ),
        '#fff',
        0.06,
      ),
      ...drawKnobs(),
      ...drawLabel(random, 'Lab 3  No. 7', 964, 276, 12, '#4a4a48'),
      ...(await drawCables()),
    ].join(''),
  }
}

function drawLabel(random: Random, words: string, x: number, y: number, size: number, stroke: string): string[] {
  return write(random, words, { x, y, size, isMono: true }).map((places) =>
    strokePath(toCurve(places), stroke, size / 4.5),
  )
}

function drawKnobs(): string[] {
  const knobs: readonly (readonly [x: number, y: number, r: number, turn: number])[] = [
    [1010, 360, 38, 20],
    [1130, 360, 38, -50],
    [1010, 480, 46, 80],
    [1140, 480, 46, 10],
    [1200, 306, 22, 40],
  ]
  const buttons = [0, 1, 2, 3, 4].map((at) =>
    draw('rect', { x: 964 + at * 54, y: 566, width: 40, height: 22, rx: 5, fill: at === 1 ? '#5fcf7a' : '#8d8f92' }),
  )
  return [
    glow(
      'knob',
      [
        [0, '#5b5d62'],
        [0.7, '#37393d'],
        [1, '#1b1c1f'],
      ],
      [0.4, 0.35],
      0.7,
    ),
    ...knobs.map(([cx, cy, r, turn]) => {
      const mark = draw('rect', {
        x: cx - 3,
        y: cy - r + 4,
        width: 6,
        height: r * 0.6,
        fill: '#f2f2ee',
        transform: `rotate(${turn} ${cx} ${cy})`,
      })
      return (
        draw('circle', { cx: cx + 5, cy: cy + 9, r, fill: '#000', 'fill-opacity': 0.3 }) +
        draw('circle', { cx, cy, r, fill: 'url(#knob)' }) +
        mark
      )
    }),
    ...buttons,
    ...[1000, 1120, 1220].map(
      (cx) =>
        draw('circle', { cx, cy: 660, r: 26, fill: '#c9b06a' }) +
        draw('circle', { cx, cy: 660, r: 13, fill: '#17171a' }),
    ),
  ]
}

async function drawCables(): Promise<string[]> {
  const cables: readonly (readonly [string, Point[]])[] = [
    [
      '#1b1c20',
      [
        [1000, 660],
        [1004, 800],
        [880, 920],
        [600, 900],
        [330, 1000],
        [120, 1100],
      ],
    ],
    [
      '#a3262a',
      [
        [1120, 660],
        [1134, 820],
        [1000, 960],
        [760, 980],
        [560, 1100],
      ],
    ],
  ]
  const lines = cables.map(([stroke, places]) => strokePath(toCurve(places), stroke, 17))
  const shine = cables.map(([, places]) =>
    draw('path', {
      d: toCurve(places),
      fill: 'none',
      stroke: '#fff',
      'stroke-width': 3,
      'stroke-opacity': 0.25,
      transform: 'translate(-4 -4)',
    }),
  )
  const shadow = await soften(ALL, 9, draw('g', { transform: 'translate(10 26)' }, lines.join('')), { opacity: 0.5 })
  return [shadow, ...lines, ...shine]
}

/** Half past one at night, with what keeps one awake. */
export async function drawNightDesk(): Promise<Scene> {
  const random = createRandom(97)
  const noise = createNoise(random)
  const desk = await paintArea(ALL, 0.25, (x, y) => {
    const lamp = Math.exp(-Math.hypot((x - 1050) / 620, (y - 330) / 560))
    const grain = noise(x / 14 + noise(x / 200, y / 200) * 3, y / 300)
    const [red, green, blue] = mix([70, 46, 32], [150, 106, 70], grain * 1.3 - 0.15)
    const light = 0.22 + lamp * 1.15
    return [red * light, green * light * 0.95, blue * light * 0.82]
  })
  const [x, y] = [1050, 430]
  const page: Point[] = [
    [250, 330],
    [800, 240],
    [930, 900],
    [330, 1010],
  ]
  const lines = Array.from({ length: 17 }, (_, at) => {
    const part = 0.1 + at * 0.048
    const from: Point = [250 + 80 * part + 55, 330 + 680 * part - 4]
    const length = (at % 5 === 4 ? 0.42 : 0.88 + random.next() * 0.06) * 480
    return draw('path', {
      d: toLine([from, [from[0] + length * 0.986, from[1] - length * 0.163]]),
      stroke: at % 6 === 0 ? '#1f1d22' : '#6a655e',
      'stroke-width': at % 6 === 0 ? 9 : 5,
      'stroke-dasharray': at % 6 === 0 ? '300 900' : '34 7 58 8 22 7 71 8',
    })
  })
  const shadows =
    draw('path', { d: toLine(page, true), fill: '#000', transform: 'translate(-20 24)' }) +
    draw('circle', { cx: x - 70, cy: y + 50, r: 200, fill: '#000' })
  return {
    width: WIDTH,
    height: HEIGHT,
    body: [
      desk,
      await soften(ALL, 24, shadows, { opacity: 0.6 }),
      gradient('page', [1, 0], [0, 1], ['#fff4dc', '#e3d2b2', '#8d7c62']),
      fillPath(toLine(page, true), 'url(#page)'),
      ...lines,
      glow(
        'saucer',
        [
          [0.4, '#d9cfc0'],
          [0.8, '#fff6e6'],
          [1, '#9c8e7a'],
        ],
        [0.58, 0.4],
        0.6,
      ),
      draw('circle', { cx: x, cy: y, r: 216, fill: 'url(#saucer)' }),
      strokePath(
        toCurve([
          [x + 120, y + 20],
          [x + 220, y + 60],
          [x + 250, y + 130],
          [x + 176, y + 150],
          [x + 96, y + 100],
        ]),
        '#efe3cf',
        30,
      ),
      glow(
        'cup',
        [
          [0.78, '#b7a78f'],
          [0.9, '#fffaf0'],
          [1, '#b09f86'],
        ],
        [0.54, 0.46],
        0.54,
      ),
      draw('circle', { cx: x, cy: y, r: 150, fill: 'url(#cup)' }),
      glow(
        'coffee',
        [
          [0, '#5a3318'],
          [0.8, '#2e1709'],
          [0.95, '#8a5a2e'],
          [1, '#3c200d'],
        ],
        [0.44, 0.42],
        0.6,
      ),
      draw('circle', { cx: x, cy: y, r: 128, fill: 'url(#coffee)' }),
      strokePath(
        toCurve([
          [x - 60, y - 70],
          [x - 10, y - 92],
          [x + 44, y - 78],
        ]),
        '#ffe9c4',
        9,
        0.5,
      ),
      strokePath(
        toCurve(
          Array.from({ length: 22 }, (_, at): Point => [860 + Math.cos(at / 3.3) * 78, 880 + Math.sin(at / 3.3) * 70]),
        ),
        '#3b2313',
        7,
        0.32,
      ),
    ].join(''),
  }
}
