import { write } from '../drawing/handwriting.ts'
import type { Scene } from '../drawing/photograph.ts'
import { draw, strokePath, toCurve } from '../drawing/svg.ts'
import { createRandom } from '../random.ts'

const TEXT = '#d7dae0'
const DIM = '#7f8796'
const GREEN = '#8fce7e'
const RED = '#ef7f7a'
const YELLOW = '#e6c46a'
const CYAN = '#72c7d8'

/** A line in a terminal: pieces of text, each in a colour. */
type Line = readonly (readonly [words: string, colour: string])[]

const prompt = (command: string): Line => [
  ['lena@study', GREEN],
  [':', TEXT],
  ['~/algo2', CYAN],
  ['$ ', TEXT],
  [command, TEXT],
]
const plain = (words: string, colour = TEXT): Line => [[words, colour]]

/** All of them green, at last. */
export function drawTestsTerminal(): Scene {
  return drawTerminal(1280, 800, 'algo2 – sheet 5', [
    prompt('python -m pytest -q'),
    plain('......................................... [ 68%]', GREEN),
    plain('....................                      [100%]', GREEN),
    plain(''),
    plain('61 passed in 0.84s', GREEN),
    plain(''),
    prompt('time python dijkstra.py city.txt'),
    plain('nodes 48213   edges 121077'),
    plain('shortest: 3418 m   (27 stops)'),
    plain(''),
    plain('real    0m0.312s', DIM),
    plain('user    0m0.287s', DIM),
    plain('sys     0m0.021s', DIM),
    plain(''),
    prompt('git commit -am "Use a heap"'),
    [
      ['[main 4f2c81d]', YELLOW],
      [' Use a heap', TEXT],
    ],
    plain(' 1 file changed, 9 insertions(+), 14 deletions(-)'),
    plain(''),
    prompt('_'),
  ])
}

/** What the database does for one query, before and after. */
export function drawQueryTerminal(): Scene {
  return drawTerminal(1440, 810, 'mysql – campus', [
    [
      ['mysql> ', GREEN],
      ['EXPLAIN SELECT * FROM enrolment', TEXT],
    ],
    plain("    -> WHERE lower(handle) = 'lena';"),
    plain('+-------+------+------+---------+-------------+', DIM),
    plain('| table | type | key  | rows    | Extra       |', DIM),
    plain('+-------+------+------+---------+-------------+', DIM),
    [
      ['| enrol | ', DIM],
      ['ALL', RED],
      ['  | NULL | ', DIM],
      ['1048213', RED],
      [' | Using where |', DIM],
    ],
    plain('+-------+------+------+---------+-------------+', DIM),
    plain('1 row in set (2.04 sec)', RED),
    plain(''),
    [
      ['mysql> ', GREEN],
      ['ALTER TABLE enrolment ADD INDEX (handle);', TEXT],
    ],
    plain('Query OK, 0 rows affected (1.87 sec)', DIM),
    plain(''),
    [
      ['mysql> ', GREEN],
      ["SELECT * FROM enrolment WHERE handle = 'lena';", TEXT],
    ],
    plain('7 rows in set (0.00 sec)', GREEN),
    plain(''),
    [
      ['mysql> ', GREEN],
      ['_', TEXT],
    ],
  ])
}

function drawTerminal(width: number, height: number, title: string, lines: readonly Line[]): Scene {
  const random = createRandom(1)
  const print = (words: string, x: number, y: number, stroke: string, size = 11) =>
    write(random, words, { x, y, size, isMono: true })
      .map((places) => strokePath(toCurve(places), stroke, 2.3))
      .join('')
  const rows = lines.map((line, row) => {
    let column = 0
    return line
      .map(([words, colour]) => {
        const at = 40 + column * LETTER
        column += words.length
        return print(words, at, 100 + row * 36, colour)
      })
      .join('')
  })
  const dots = ['#ec6a5e', '#f4bf4f', '#61c554'].map((fill, at) =>
    draw('circle', { cx: 32 + at * 28, cy: 25, r: 9, fill }),
  )
  return {
    width,
    height,
    body: [
      draw('rect', { width, height, fill: '#1d2027' }),
      draw('rect', { width, height: 50, fill: '#31353f' }),
      ...dots,
      print(title, width / 2 - (title.length * 15) / 2, 31, '#b6bcc9', 9.6),
      ...rows,
    ].join(''),
  }
}

/** A letter of 11 pixels takes so many. */
const LETTER = (11 / 5) * 7.8

const LESSONS: readonly (readonly [
  day: number,
  from: number,
  hours: number,
  name: string,
  room: string,
  colour: string,
])[] = [
  [0, 8, 2, 'Algo 2', 'H 104', '#5b7fd1'],
  [0, 12, 2, 'LinAlg', 'B 2.17', '#c0713e'],
  [1, 10, 2, 'Datab.', 'C 301', '#3f9272'],
  [1, 14, 3, 'Choir', 'A 012', '#9a63b5'],
  [2, 8, 2, 'Algo 2', 'H 104', '#5b7fd1'],
  [2, 10, 2, 'Tutorial', 'Lab 3', '#7b8597'],
  [3, 12, 4, 'Phys Lab', 'Lab 3', '#c24d5c'],
  [3, 8, 2, 'LinAlg', 'B 2.17', '#c0713e'],
  [4, 10, 2, 'Datab.', 'C 301', '#3f9272'],
  [4, 13, 2, 'Film Club', 'H 104', '#9a63b5'],
]

/** The week as a phone shows it. */
export function drawTimetable(): Scene {
  const [width, height] = [780, 1600]
  const random = createRandom(1)
  const print = (words: string, x: number, y: number, size: number, stroke: string, bold = 1) =>
    write(random, words, { x, y, size })
      .map((places) => strokePath(toCurve(places), stroke, (size / 5.2) * bold))
      .join('')
  const [left, top, hour] = [92, 330, 118]
  const column = (width - left - 14) / 5
  const hours = Array.from({ length: 10 }, (_, at) => {
    const y = top + at * hour
    return strokePath(`M${left},${y}H${width}`, '#e3e5ea', 2) + print(`${8 + at}:00`, 12, y + 6, 12, '#8a909c')
  })
  const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'].map((day, at) =>
    print(day, left + at * column + 34, 296, 17, at === 3 ? '#b03468' : '#3a3f4a', 1.1),
  )
  const lessons = LESSONS.map(([day, from, length, name, room, fill]) => {
    const [x, y] = [left + day * column + 4, top + (from - 8) * hour + 4]
    return (
      draw('rect', { x, y, width: column - 8, height: length * hour - 8, rx: 12, fill }) +
      print(name, x + 10, y + 38, 12, '#fff', 1.1) +
      print(room, x + 10, y + 72, 11, '#ffffffcc')
    )
  })
  return {
    width,
    height,
    body: [
      draw('rect', { width, height, fill: '#fbfbfd' }),
      print('9:41', 44, 62, 18, '#20232b', 1.2),
      draw('rect', { x: 690, y: 44, width: 50, height: 24, rx: 6, fill: 'none', stroke: '#20232b', 'stroke-width': 3 }),
      draw('rect', { x: 695, y: 49, width: 27, height: 14, rx: 2, fill: '#20232b' }),
      print('Week 47', 44, 182, 34, '#20232b', 1.2),
      draw('circle', { cx: 700, cy: 164, r: 34, fill: '#b03468' }),
      print('L', 688, 180, 22, '#fff', 1.3),
      ...days,
      ...hours,
      strokePath(`M${left + 3 * column},${top + 470}h${column}`, '#b03468', 5),
      ...lessons,
    ].join(''),
  }
}
