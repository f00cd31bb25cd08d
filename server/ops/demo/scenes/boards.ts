import type { Scene } from '../drawing/photograph.ts'
import type { Point } from '../drawing/svg.ts'
import { BLUE, GREEN, type Hand, photographBoard, RED } from './board.ts'

/** Shortest paths: a graph, and the table that fills up beside it. */
export function drawDijkstraBoard(): Promise<Scene> {
  return photographBoard(11, (hand) => {
    hand.text('Dijkstra', { x: 7, y: 11, size: 4.6 }, BLUE)
    hand.line(
      [
        [6, 14],
        [22, 13.4],
        [36, 14.2],
      ],
      BLUE,
    )
    drawGraph(hand)
    drawTable(hand)
    hand.text('d(u) is final when u leaves!', { x: 8, y: 90, size: 2.5 }, RED)
    hand.line(
      [
        [7, 93.4],
        [40, 94],
        [72, 92.8],
      ],
      RED,
    )
    hand.text('O((n+m) log n)', { x: 94, y: 88, size: 3 }, GREEN)
    hand.line(
      [
        [91, 80.5],
        [112, 79],
        [131, 81],
        [132, 91],
        [112, 93.4],
        [92, 92],
        [90, 84],
      ],
      GREEN,
    )
  })
}

const NODES: Readonly<Record<string, Point>> = {
  s: [12, 50],
  a: [32, 30],
  b: [32, 70],
  c: [56, 28],
  d: [56, 68],
  t: [76, 48],
}
const EDGES = ['s a 4', 's b 2', 'b a 1', 'a c 5', 'b d 8', 'c d 2', 'c t 6', 'd t 3', 'a d 9']
const SHORTEST = new Set(['s b', 'b a', 'a c', 'c d', 'd t'])

function findNode(name: string): Point {
  return NODES[name] ?? [0, 0]
}

function drawGraph(hand: Hand): void {
  for (const edge of EDGES) {
    const [from = '', to = '', weight = ''] = edge.split(' ')
    const [start, end] = [findNode(from), findNode(to)]
    const angle = Math.atan2(end[1] - start[1], end[0] - start[0])
    const rim = ([x, y]: Point, by: number): Point => [x + Math.cos(angle) * by, y + Math.sin(angle) * by]
    hand.arrow(rim(start, 5), rim(end, -5), SHORTEST.has(`${from} ${to}`) ? RED : undefined)
    const [x, y] = [(start[0] * 2 + end[0]) / 3, (start[1] * 2 + end[1]) / 3]
    hand.text(weight, { x: x + Math.sin(angle) * 3 - 1, y: y - Math.abs(Math.cos(angle)) * 1.8, size: 2.4 }, BLUE)
  }
  for (const [name, [x, y]] of Object.entries(NODES)) {
    hand.circle([x, y], 4.4)
    hand.text(name, { x: x - 1.5, y: y + 1.4, size: 2.8 })
  }
}

const TABLE = [
  '   s  b  a  c  d  t',
  '0  0  ∞  ∞  ∞  ∞  ∞',
  '1  0  2  4  ∞  ∞  ∞',
  '2     2  3  ∞ 10  ∞',
  '3        3  8 10  ∞',
  '4           8 10 14',
  '5             10 13',
]

function drawTable(hand: Hand): void {
  TABLE.forEach((row, index) => {
    hand.text(row, { x: 86, y: 22 + index * 7.6, size: 1.72, isMono: true }, index === 0 ? BLUE : undefined)
  })
  hand.line([
    [84.6, 24.6],
    [110, 24.2],
    [133, 24.8],
  ])
  hand.line([
    [90.6, 16],
    [90.3, 44],
    [90.9, 70],
  ])
}

/** What an eigenvector is, as a picture. */
export function drawEigenvectorBoard(): Promise<Scene> {
  return photographBoard(23, (hand) => {
    hand.text('Eigenvectors', { x: 8, y: 12, size: 4.4 }, BLUE)
    hand.arrow([36, 92], [36, 22])
    hand.arrow([6, 62], [70, 62])
    hand.text('x', { x: 70, y: 67, size: 2.6 })
    hand.text('y', { x: 38, y: 25, size: 2.6 })
    hand.arrow([36, 62], [50, 48], BLUE)
    hand.text('v', { x: 46, y: 57, size: 2.8 }, BLUE)
    hand.arrow([50, 48], [64, 34], RED)
    hand.text('Av = 3v', { x: 52, y: 33, size: 2.8 }, RED)
    hand.arrow([36, 62], [24, 50], GREEN)
    hand.text('w', { x: 22, y: 48, size: 2.8 }, GREEN)
    hand.line(
      [
        [30, 68],
        [42, 56],
      ],
      GREEN,
      3,
    )
    hand.text('A v = λ v', { x: 80, y: 24, size: 3 })
    hand.text('det(A – λ I) = 0', { x: 80, y: 36, size: 3 })
    hand.text('(2–λ)² – 1 = 0', { x: 84, y: 48, size: 2.8 }, BLUE)
    hand.text('→ λ = 3, λ = 1', { x: 84, y: 58, size: 2.8 }, BLUE)
    hand.line(
      [
        [78, 64],
        [132, 63],
        [132, 64],
      ],
      undefined,
      3,
    )
    hand.text('symmetric', { x: 80, y: 74, size: 3 }, RED)
    hand.text('→ A = Q D Qt', { x: 86, y: 84, size: 3 }, RED)
    hand.text('exam: yes', { x: 103, y: 94, size: 2.2 }, GREEN)
  })
}

const ENTITIES: readonly [name: string, at: Point][] = [
  ['Customer', [8, 24]],
  ['Rental', [56, 24]],
  ['Bike', [104, 24]],
  ['Station', [104, 66]],
  ['Payment', [56, 66]],
  ['Repair', [8, 66]],
]

/** An entity-relationship diagram that grew. */
export function drawEntityBoard(): Promise<Scene> {
  return photographBoard(37, (hand) => {
    hand.text('Bike rental, version 4', { x: 8, y: 12, size: 3.4 }, BLUE)
    for (const [name, [x, y]] of ENTITIES) {
      hand.line([
        [x, y],
        [x + 26, y],
        [x + 26, y],
      ])
      hand.line([
        [x + 26, y],
        [x + 26, y + 13],
      ])
      hand.line([
        [x + 26, y + 13],
        [x, y + 13],
      ])
      hand.line([
        [x, y + 13],
        [x, y],
      ])
      hand.text(name, { x: x + 3, y: y + 8.6, size: 2.7 })
    }
    const relate = (from: Point, to: Point, words: string, at: Point) => {
      hand.line([from, to], BLUE)
      hand.text(words, { x: at[0], y: at[1], size: 2.1 }, BLUE)
    }
    relate([34, 30], [56, 30], '1    n', [38, 28])
    relate([82, 30], [104, 30], 'n    1', [86, 28])
    relate([69, 37], [69, 66], '1', [71, 43])
    relate([117, 37], [117, 66], 'n', [119, 43])
    relate([104, 72], [82, 72], '?', [92, 70])
    relate([104, 37], [34, 68], 'n', [94, 45])
    hand.text('3NF?', { x: 38, y: 52, size: 3.4 }, RED)
    hand.circle([45, 50.6], 10, RED)
    hand.text('Do NOT erase! Group 4', { x: 72, y: 93, size: 2.8 }, GREEN)
  })
}
