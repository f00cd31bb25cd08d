import { write } from '../drawing/handwriting.ts'
import { createNoise, mix, paintArea } from '../drawing/noise.ts'
import type { Scene } from '../drawing/photograph.ts'
import { createPlane, type Plane } from '../drawing/plane.ts'
import { soften } from '../drawing/soften.ts'
import { draw, fillPath, strokePath, gradient, type Point, toCurve, toLine } from '../drawing/svg.ts'
import { createRandom, type Random } from '../random.ts'

const WIDTH = 1080
const HEIGHT = 1440
const ALL = { x: 0, y: 0, width: WIDTH, height: HEIGHT }
/** A sheet of A4 in millimetres. */
const ACROSS = 210
const DOWN = 297
const MARGIN = 26

const INK = '#27408f'
const CORRECTION = '#b3262c'

interface Sheet {
  seed: number
  corners: readonly [Point, Point, Point, Point]
  paper: 'squared' | 'lined'
  lines: readonly string[]
  /** What somebody else wrote beside it in red: at which line, and what. */
  corrections: readonly (readonly [line: number, words: string])[]
  /** Where the shadow of who takes the picture falls. */
  shadow: readonly Point[]
  wood: 'light' | 'dark'
}

/** Task 3b, solved by hand, with what the tutor says of it. */
export function drawSolutionSheet(): Promise<Scene> {
  return photographSheet({
    seed: 5,
    corners: [
      [208, 96],
      [946, 168],
      [1012, 1330],
      [66, 1246],
    ],
    paper: 'squared',
    wood: 'light',
    lines: [
      'Task 3b)   Gram-Schmidt',
      '',
      'v1 = (1, 2, 2),   v2 = (3, 0, 3)',
      '',
      'u1 = v1',
      'u2 = v2 – (v2·u1)/(u1·u1) u1',
      '   = (3,0,3) – 9/9 (1,2,2)',
      '   = (2, –2, 1)',
      '',
      'Check: u1·u2 = 2 – 4 + 2 = 0  ✓',
      '',
      '|u1| = √9 = 3,   |u2| = 3',
      '',
      '→ e1 = 1/3 (1, 2, 2)',
      '   e2 = 1/3 (2, –2, 1)',
      '',
      'e3 = e1 × e2 = 1/3 (2, 1, –2)',
    ],
    corrections: [
      [7, '✓'],
      [14, '✓ nice!'],
      [15.4, '4/4'],
    ],
    shadow: [
      [620, 1440],
      [700, 1010],
      [880, 760],
      [1080, 640],
      [1080, 1440],
    ],
  })
}

/** Notes of a lecture, as somebody sends them who is asked for them. */
export function drawNotesSheet(): Promise<Scene> {
  return photographSheet({
    seed: 8,
    corners: [
      [96, 176],
      [906, 74],
      [1004, 1294],
      [146, 1372],
    ],
    paper: 'lined',
    wood: 'dark',
    lines: [
      'Lecture 9: spectral theorem',
      '',
      'A symmetric → all λ are real, and',
      'there is a basis of eigenvectors,',
      'orthogonal!',
      '',
      'A = Q D Qt,   Qt Q = I',
      '',
      'Proof: induction over n.',
      ' 1) there is one eigenvector v',
      '    (max of xt A x on the sphere)',
      ' 2) A maps v’s complement to itself',
      ' 3) n – 1, done.',
      '',
      'Why is it useful?',
      ' - powers: A^k = Q D^k Qt',
      ' - quadratic forms, PCA',
      '',
      'Sheet 9 due Thursday 14:15 !!',
    ],
    corrections: [[4, 'exam!']],
    shadow: [
      [0, 1440],
      [0, 980],
      [130, 800],
      [260, 900],
      [330, 1190],
      [420, 1440],
    ],
  })
}

/** What was measured in the lab, before it is typed. */
export function drawLabSheet(): Promise<Scene> {
  return photographSheet({
    seed: 13,
    corners: [
      [150, 60],
      [930, 110],
      [1040, 1260],
      [36, 1350],
    ],
    paper: 'squared',
    wood: 'light',
    lines: [
      'Pendulum, Thursday group 2',
      '',
      'l / cm    10 T / s    T² / s²',
      '',
      '40.0      12.71      1.615',
      '50.0      14.18      2.011',
      '60.0      15.55      2.418',
      '70.0      16.77      2.812',
      '80.0      17.96      3.226',
      '90.0      19.02      3.618',
      '',
      'slope: 4.01 s²/m',
      '',
      'g = 4 π² / slope',
      '  = 9.84 m/s²',
      '',
      '∆g = 0.05 (mostly l !)',
      'measure to the MIDDLE of the bob',
    ],
    corrections: [[14, '✓']],
    shadow: [
      [760, 0],
      [820, 180],
      [960, 300],
      [1080, 330],
      [1080, 0],
    ],
  })
}

async function photographSheet(sheet: Sheet): Promise<Scene> {
  const random = createRandom(sheet.seed)
  const plane = createPlane(sheet.corners)
  const onSheet: Plane = (x, y) => plane(x / ACROSS, y / DOWN)
  const outline = toLine(sheet.corners, true)
  const shadow = fillPath(toCurve(sheet.shadow, true), '#140d08')
  return {
    width: WIDTH,
    height: HEIGHT,
    body: [
      await paintWood(random, sheet.wood),
      await soften(ALL, 18, draw('path', { d: outline, fill: '#000', opacity: 0.75, transform: 'translate(-14 20)' })),
      gradient('paper', [0, 0], [1, 1], ['#fdfbf3', '#f3efe3', '#dcd6c8']),
      fillPath(outline, 'url(#paper)'),
      ...drawRuling(onSheet, sheet.paper),
      ...drawFolds(onSheet),
      ...drawLines(random, onSheet, sheet),
      await soften(ALL, 60, shadow, { opacity: 0.45 }),
      ...drawPen(sheet.corners[2]),
    ].join(''),
  }
}

function paintWood(random: Random, kind: Sheet['wood']): Promise<string> {
  const noise = createNoise(random)
  const [dark, light] =
    kind === 'light'
      ? ([
          [142, 98, 58],
          [204, 160, 110],
        ] as const)
      : ([
          [56, 36, 26],
          [104, 72, 50],
        ] as const)
  return paintArea(ALL, 0.36, (x, y) => {
    const board = Math.floor(x / 300)
    const grain = noise(x / 26 + board * 31 + noise(x / 300, y / 500) * 5, y / 420)
    const rings = Math.sin((noise(x / 190 + board * 7, y / 900) * 26 + x / 60) * 2) * 0.13
    const seam = Math.abs((x % 300) - 1) < 3 ? 0.45 : 0
    const lamp = 0.75 + 0.38 * (1 - Math.hypot(x - 260, y - 240) / 1500)
    const [red, green, blue] = mix(dark, light, grain * 1.5 - 0.25 + rings - seam)
    return [red * lamp, green * lamp, blue * lamp]
  })
}

function drawRuling(plane: Plane, paper: Sheet['paper']): string[] {
  const rule = (from: Point, to: Point, stroke: string, opacity: number) =>
    strokePath(toLine([plane(...from), plane(...to)]), stroke, 1.1, opacity)
  const step = paper === 'squared' ? 5 : 9
  const lines: string[] = []
  for (let y = paper === 'squared' ? 6 : 30; y < DOWN - 4; y += step)
    lines.push(rule([0, y], [ACROSS, y], '#7f9ac0', 0.6))
  if (paper === 'squared') {
    for (let x = 5; x < ACROSS; x += step) lines.push(rule([x, 0], [x, DOWN], '#7f9ac0', 0.6))
  } else {
    lines.push(rule([MARGIN - 5, 0], [MARGIN - 5, DOWN], '#c2565c', 0.7))
  }
  return lines
}

/** It was in a bag, folded once. */
function drawFolds(plane: Plane): string[] {
  const fold = [plane(0, 150), plane(ACROSS, 148), plane(ACROSS, 158), plane(0, 160)]
  return [
    gradient(
      'fold',
      [0, 0],
      [0, 1],
      ['rgba(90,80,60,0)', 'rgba(90,80,60,0.22)', 'rgba(255,255,255,0.4)', 'rgba(255,255,255,0)'],
    ),
    fillPath(toLine(fold, true), 'url(#fold)'),
  ]
}

function drawLines(random: Random, plane: Plane, { lines, corrections }: Sheet): string[] {
  const step = 13.5
  const hand = (words: string, x: number, y: number, size: number, colour: string, width: number): string[] =>
    write(random, words, { x, y, size, shake: 1, lean: 0.16 }).map((stroke) => {
      const d = toCurve(stroke.map(([across, down]) => plane(across, down)))
      return strokePath(d, colour, width, 0.9)
    })
  return [
    ...lines.flatMap((words, index) => hand(words, MARGIN + random.next() * 2, 32 + index * step, 4.5, INK, 2.7)),
    ...corrections.flatMap(([line, words]) => hand(words, 164, 30 + line * step, 6, CORRECTION, 3.4)),
  ]
}

/** At the lower right corner of the sheet, half on it. */
function drawPen([x, y]: Point): string[] {
  const pen = { fill: 'none', 'stroke-linecap': 'round' }
  const turned = `translate(${x - 120} ${y - 60}) rotate(-62)`
  const line = (from: number, to: number, stroke: string, width: number, down = 0) =>
    draw('path', {
      ...pen,
      d: toLine([
        [from, down],
        [to, down],
      ]),
      stroke,
      'stroke-width': width,
      transform: turned,
    })
  return [
    draw('path', {
      ...pen,
      d: toLine([
        [-110, 12],
        [330, 20],
      ]),
      stroke: '#000',
      'stroke-width': 24,
      opacity: 0.28,
      transform: turned,
    }),
    line(-130, -100, '#c9a24a', 8),
    line(-100, 60, '#27304f', 24),
    line(60, 330, '#1d2440', 27),
    line(-90, 320, '#5a6693', 5, -6),
    line(250, 340, '#c3c6cc', 28),
  ]
}
