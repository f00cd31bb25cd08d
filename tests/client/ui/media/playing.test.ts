import { expect, test } from 'vitest'
import { playAlone } from '../../../../client/ui/media/play-alone.ts'
import { changeSpeed, readSpeed } from '../../../../client/ui/media/playing-speed.ts'
import { seekByKey, toPlayingTime } from '../../../../client/ui/media/playing-time.ts'

class Player extends EventTarget {
  isPlaying = false
  play() {
    this.isPlaying = true
    this.dispatchEvent(new Event('play'))
  }
  pause() {
    this.isPlaying = false
  }
}

test('only one plays at a time on a page, and none that is gone from it', () => {
  const [first, second] = [new Player(), new Player()]
  const leave = playAlone(first)
  playAlone(second)
  first.play()
  second.play()
  expect([first.isPlaying, second.isPlaying]).toEqual([false, true])
  first.play()
  first.play()
  expect([first.isPlaying, second.isPlaying]).toEqual([true, false])
  leave()
  expect(first.isPlaying).toBe(false)
  second.play()
  expect(second.isPlaying).toBe(true)
})

test.each([
  [0, '0:00'],
  [12.9, '0:12'],
  [185, '3:05'],
  [3_729, '1:02:09'],
  [-1, '0:00'],
  [NaN, '–:–'],
  [Infinity, '–:–'],
])('%d seconds are %s', (seconds, words) => {
  expect(toPlayingTime(seconds)).toBe(words)
})

test.each([
  ['ArrowRight', 10, 15],
  ['ArrowLeft', 3, 0],
  ['ArrowRight', 58, 60],
  ['PageDown', 45, 15],
  ['Home', 45, 0],
  ['End', 45, 60],
  ['a', 45, undefined],
  ['Enter', 45, undefined],
] as const)('%s at second %d of 60 leads to %s', (key, from, to) => {
  expect(seekByKey(key, from, 60)).toBe(to)
})

test('speeds go round, also where nothing can be kept', () => {
  expect(readSpeed()).toBe(1)
  expect([changeSpeed(1), changeSpeed(1.5), changeSpeed(2)]).toEqual([1.5, 2, 1])
})
