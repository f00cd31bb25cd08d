import { expect, test } from 'vitest'
import { createGestures, toSwipe } from '../../../../client/ui/media/gestures.ts'

function open() {
  const transcript: string[] = []
  const round = (value: number) => Math.round(value * 100) / 100
  const gestures = createGestures({
    ondrag: (x, y) => transcript.push(`drag ${x} ${y}`),
    onpinch: (factor, { x, y }) => transcript.push(`pinch ${round(factor)} at ${x} ${y}`),
    ondoubletap: ({ x, y }) => transcript.push(`double tap at ${x} ${y}`),
    onrelease: (speed) => transcript.push(`release ${round(speed)}`),
  })
  const tap = (x: number, ms: number) => {
    gestures.down(1, { x, y: 0 }, ms)
    gestures.up(1, ms + 20)
  }
  return { gestures, transcript, tap }
}

test('one finger drags, and lets go with its speed', () => {
  const { gestures, transcript } = open()
  gestures.down(1, { x: 0, y: 0 }, 0)
  gestures.move(1, { x: 20, y: 5 }, 20)
  gestures.move(1, { x: 60, y: 5 }, 40)
  gestures.up(1, 50)
  expect(transcript).toEqual(['drag 20 5', 'drag 40 0', 'release 1.5'])
})

test('who stops before letting go has no speed', () => {
  const { gestures, transcript } = open()
  gestures.down(1, { x: 0, y: 0 }, 0)
  gestures.move(1, { x: 90, y: 0 }, 20)
  gestures.up(1, 600)
  expect(transcript.at(-1)).toBe('release 0')
})

test('two fingers pinch about their middle; the first that is lifted ends that, and the other one drags on', () => {
  const { gestures, transcript } = open()
  gestures.down(1, { x: -50, y: 0 }, 0)
  gestures.down(2, { x: 50, y: 0 }, 5)
  gestures.move(2, { x: 150, y: 0 }, 20)
  gestures.up(1, 30)
  gestures.move(2, { x: 160, y: 0 }, 40)
  gestures.up(2, 50)
  expect(transcript).toEqual([
    'drag 50 0',
    'pinch 2 at 50 0',
    'drag 10 0',
    expect.stringContaining('release') as string,
  ])
})

test('a third finger is nobody', () => {
  const { gestures, transcript } = open()
  gestures.down(1, { x: 0, y: 0 }, 0)
  gestures.down(2, { x: 9, y: 0 }, 0)
  gestures.down(3, { x: 5, y: 0 }, 0)
  gestures.move(3, { x: 50, y: 0 }, 9)
  expect(transcript).toEqual([])
})

test('two taps within a moment and near each other are one double tap, and three are not two', () => {
  const { transcript, tap } = open()
  tap(10, 0)
  tap(14, 200)
  tap(14, 300)
  expect(transcript.filter((line) => line.startsWith('double'))).toEqual(['double tap at 14 0'])
})

test.each([
  ['too slow', 14, 800],
  ['too far apart', 200, 150],
])('%s is no double tap', (_, x, ms) => {
  const { transcript, tap } = open()
  tap(10, 0)
  tap(x, ms)
  expect(transcript).toEqual(['release 0', 'release 0'])
})

test('who drags, pinches or is interrupted does not tap', () => {
  const { gestures, transcript, tap } = open()
  tap(0, 0)
  gestures.down(1, { x: 0, y: 0 }, 50)
  gestures.move(1, { x: 30, y: 0 }, 60)
  gestures.move(1, { x: 0, y: 0 }, 70)
  gestures.up(1, 80)
  tap(0, 1_000)
  gestures.down(1, { x: 0, y: 0 }, 1_050)
  gestures.cancel(1)
  expect(transcript.some((line) => line.startsWith('double'))).toBe(false)
})

test.each([
  ['far to the left leads on', -120, 0, 1],
  ['far to the right leads back', 120, 0, -1],
  ['fast is enough', -40, -0.9, 1],
  ['a little, and slow, leads nowhere', -60, -0.1, 0],
  ['who turns back at the end means to stay', -60, 0.9, 0],
  ['a twitch leads nowhere', -5, -2, 0],
])('%s', (_, moved, speed, by) => {
  expect(toSwipe(moved, speed, 390)).toBe(by)
})
