import { mix, paintArea, type Colour } from '../drawing/noise.ts'
import type { Scene } from '../drawing/photograph.ts'
import { soften } from '../drawing/soften.ts'
import { draw, fillPath, strokePath, glow, gradient, type Point, toCurve, toLine } from '../drawing/svg.ts'
import { createRandom, type Random } from '../random.ts'

const WIDTH = 1600
const HEIGHT = 1067
const ALL = { x: 0, y: 0, width: WIDTH, height: HEIGHT }

/** The choir from the gallery, in the last piece. */
export async function drawConcert(): Promise<Scene> {
  const random = createRandom(61)
  const dark = await paintArea(ALL, 0.1, (x, y) => {
    const stage = Math.exp(-Math.hypot((x - 800) / 620, (y - 640) / 300))
    return mix([16, 9, 10], [196, 116, 56], stage * 1.2)
  })
  const pipes = Array.from({ length: 25 }, (_, at) => {
    const height = 330 - Math.abs(at - 12) * 15
    const x = 445 + at * 29
    return (
      draw('rect', { x, y: 440 - height, width: 24, height, rx: 4, fill: 'url(#pipe)' }) +
      draw('ellipse', { cx: x + 12, cy: 428, rx: 5, ry: 10, fill: '#1a0d06' })
    )
  })
  const rows = [0, 1, 2, 3].flatMap((row) => {
    const count = 15 + row
    return Array.from({ length: count }, (_, at): string => {
      const x = 800 + (at - (count - 1) / 2) * (52 + row * 5) + (random.next() - 0.5) * 10
      return drawSinger(random, x, 560 + row * 62, 17 + row * 2.4)
    })
  })
  const beams = [260, 620, 980, 1340].map((x) => {
    const beam: Point[] = [
      [x - 12, 0],
      [x + 12, 0],
      [800 + (x - 800) * 0.5 + 190, 860],
      [800 + (x - 800) * 0.5 - 190, 860],
    ]
    return fillPath(toLine(beam, true), '#ffdca0', 0.16)
  })
  return {
    width: WIDTH,
    height: HEIGHT,
    body: [
      dark,
      draw('rect', { x: 400, y: 430, width: 800, height: 74, fill: '#3a2010' }),
      await soften(
        ALL,
        3,
        gradient('pipe', [0, 0], [1, 0], ['#5b3b1e', '#e8c98e', '#7d5529', '#3b2411']) + pipes.join(''),
      ),
      ...[0, 1, 2, 3].map((row) =>
        draw('rect', {
          x: 350 - row * 40,
          y: 622 + row * 62,
          width: 900 + row * 80,
          height: 62,
          fill: row % 2 === 0 ? '#4a2b16' : '#3c2211',
        }),
      ),
      await soften(ALL, 2.4, rows.join('')),
      fillPath(
        toLine(
          [
            [760, 1000],
            [840, 1000],
            [836, 880],
            [764, 880],
          ],
          true,
        ),
        '#0d0809',
      ),
      drawSinger(random, 800, 850, 27, '#0d0809'),
      await soften(ALL, 20, beams.join('')),
      ...drawAudience(random, 1030, '#080506'),
    ].join(''),
  }
}

function drawSinger(
  random: Random,
  x: number,
  y: number,
  size: number,
  coat = random.pick(['#15101a', '#1c1416', '#101419']),
): string {
  const skin = random.pick(['#e2b48c', '#c68f64', '#8d5c3c', '#f0cfae', '#a8734c'])
  const hair = random.pick(['#1a1210', '#3b2417', '#6b4526', '#a57b42', '#17130f', '#8d8680'])
  const body: Point[] = [
    [x - size * 1.3, y + size * 4],
    [x - size * 1.15, y + size * 1.5],
    [x, y + size * 0.95],
    [x + size * 1.15, y + size * 1.5],
    [x + size * 1.3, y + size * 4],
  ]
  return [
    fillPath(toCurve(body) + 'Z', coat),
    draw('ellipse', { cx: x, cy: y - size * 0.12, rx: size * 0.86, ry: size * 1.08, fill: hair }),
    draw('ellipse', { cx: x, cy: y + size * 0.16, rx: size * 0.66, ry: size * 0.86, fill: skin }),
    draw('ellipse', { cx: x, cy: y + size * 0.56, rx: size * 0.16, ry: size * 0.2, fill: '#5a2420' }),
    draw('rect', { x: x - size * 0.6, y: y + size * 2.1, width: size * 1.2, height: size * 0.85, fill: '#1f2b4d' }),
  ].join('')
}

function drawAudience(random: Random, base: number, fill: string): string[] {
  return Array.from({ length: 15 }, (_, at) => {
    const [x, y] = [at * 116 + random.next() * 44, base - random.next() * 34]
    const shoulders: Point[] = [
      [x - 92, HEIGHT + 40],
      [x - 70, y + 66],
      [x, y + 36],
      [x + 70, y + 66],
      [x + 92, HEIGHT + 40],
    ]
    return draw('ellipse', { cx: x, cy: y, rx: 38, ry: 48, fill }) + fillPath(toCurve(shoulders) + 'Z', fill)
  })
}

/** The film club, before it begins. */
export async function drawCinema(): Promise<Scene> {
  const random = createRandom(71)
  const screen = { x: 330, y: 150, width: 940, height: 530 }
  const dunes = (y: number, sway: number, fill: string) => {
    const crest = toCurve([
      [330, y],
      [560, y - sway],
      [840, y + sway * 0.4],
      [1080, y - sway * 0.6],
      [1270, y + 10],
    ])
    return fillPath(`${crest}V680H330Z`, fill)
  }
  const dark = await paintArea(ALL, 0.1, (x, y) => {
    const light = Math.exp(-Math.hypot((x - 800) / 560, (y - 420) / 380))
    const wall: Colour = [118, 104, 98]
    return mix([10, 9, 12], wall, light * 0.9)
  })
  const rows = [0, 1, 2].flatMap((row) =>
    Array.from({ length: 11 - row }, (_, at) => {
      const size = 30 + row * 16
      const [x, y] = [90 + at * (150 + row * 26) + random.next() * 40, 770 + row * 110 - random.next() * 16]
      if (random.next() < 0.16) return ''
      const fill = ['#1d191c', '#121013', '#09080a'][row] ?? '#000'
      const shoulders: Point[] = [
        [x - size * 2.1, y + size * 4.4],
        [x - size * 1.6, y + size * 1.7],
        [x, y + size],
        [x + size * 1.6, y + size * 1.7],
        [x + size * 2.1, y + size * 4.4],
      ]
      const rim = strokePath(
        toCurve([
          [x - size * 0.9, y - size * 0.3],
          [x - size * 0.4, y - size * 1.16],
          [x + size * 0.4, y - size * 1.16],
          [x + size * 0.9, y - size * 0.3],
        ]),
        '#e8cfa8',
        3,
        0.4 - row * 0.1,
      )
      return (
        fillPath(toCurve(shoulders) + 'Z', fill) +
        draw('ellipse', { cx: x, cy: y, rx: size, ry: size * 1.24, fill }) +
        rim
      )
    }),
  )
  const titles =
    draw('rect', { x: 640, y: 560, width: 320, height: 9, fill: '#fff6e0', 'fill-opacity': 0.85 }) +
    draw('rect', { x: 590, y: 588, width: 420, height: 9, fill: '#fff6e0', 'fill-opacity': 0.85 })
  return {
    width: WIDTH,
    height: HEIGHT,
    body: [
      dark,
      await soften(ALL, 60, draw('rect', { ...screen, fill: '#ffd9a0' }), { opacity: 0.55 }),
      gradient('film', [0, 0], [0, 1], ['#e8a35c', '#f7d9a0', '#f4c98a']),
      draw('rect', { ...screen, fill: 'url(#film)' }),
      draw('circle', { cx: 960, cy: 330, r: 74, fill: '#fff3d0' }),
      dunes(470, 40, '#c9803f'),
      dunes(540, -36, '#9c5a2c'),
      dunes(610, 24, '#6d3b20'),
      fillPath(
        toLine(
          [
            [690, 520],
            [704, 470],
            [718, 520],
          ],
          true,
        ),
        '#2b1710',
      ),
      draw('circle', { cx: 704, cy: 464, r: 9, fill: '#2b1710' }),
      titles,
      draw('rect', { ...screen, fill: 'none', stroke: '#0d0b0c', 'stroke-width': 14 }),
      fillPath(
        toLine(
          [
            [800, -10],
            [500, 690],
            [1100, 690],
          ],
          true,
        ),
        '#fff',
        0.05,
      ),
      await soften(ALL, 2.5, rows.join('')),
      glow('exit', [
        [0, 'rgba(80,255,140,0.9)'],
        [0.3, 'rgba(60,230,120,0.3)'],
        [1, 'rgba(60,230,120,0)'],
      ]),
      draw('circle', { cx: 1470, cy: 330, r: 80, fill: 'url(#exit)' }),
      draw('rect', { x: 1440, y: 318, width: 60, height: 24, fill: '#b9ffd2' }),
    ].join(''),
  }
}
