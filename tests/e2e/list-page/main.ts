import { flushSync, mount } from 'svelte'
import { IDLE_AFTER_MS } from '../../../client/ui/anchored/movement.ts'
import { add, CHANGES, type ChangeName } from './changes.ts'
import { createChance, type Chance } from './chance.ts'
import Page from './page.svelte'
import { list, screen } from './rows.svelte.ts'

/*
 * A list in a page of its own, to which a seed does what a conversation goes through. After each step, in each frame as
 * it is shown, either what is read stands where it stood, or the end is on the screen.
 */

const NEAR_END_PX = 48
/** The row that somebody jumped to, until they scroll. */
let ledTo: Element | null = null
mount(Page, { target: document.body })

/** The first row that is wholly on the screen, or the first part of the one that fills it. */
interface Eye {
  element: Element
  top: number
  isPart: boolean
}

interface Situation {
  toEnd: number
  eye: Eye | null
}

declare global {
  /** Takes so many steps, and answers with what was wrong; null where nothing was. */
  var runSteps: (seed: number, count: number) => Promise<string | null>
}

globalThis.runSteps = async (seed, count) => {
  const chance = createChance(seed)
  Object.assign(screen, { rows: [], follows: true, width: chance.oneOf([390, 1_280]), height: 700, composer: 64 })
  document.documentElement.style.fontSize = '100%'
  ledTo = null
  await shown()
  add(chance.between(40, 300), chance, 'end')
  flushSync()
  list.jump(null)
  await shown()
  /** What was read before the end came into sight by itself: there it may stay, too. */
  let kept: Eye | null = null
  for (let step = 0; step < count; step++) {
    if (chance.often(0.35)) {
      const { scrollTop } = scroller()
      await scroll(chance)
      if (isLed() || scroller().scrollTop !== scrollTop) kept = null
    }
    forgetUnseen()
    const before = look()
    const names = Array.from({ length: chance.between(1, 3) }, () => chance.oneOf(Object.keys(CHANGES) as ChangeName[]))
    for (const name of names) {
      CHANGES[name](chance)
      if (chance.often(0.5)) flushSync()
    }
    for (let frame = 0; frame < 2; frame++) {
      await shown()
      const wrong = compare(before, kept, names)
      if (wrong !== null) return `seed ${seed}, step ${step}, ${names.join(' + ')}, frame ${frame}: ${wrong}`
    }
    if (before.toEnd > NEAR_END_PX && look().toEnd <= NEAR_END_PX) kept = before.eye
    else if (look().toEnd > NEAR_END_PX) kept = null
  }
  return null
}

function compare(before: Situation, kept: Eye | null, names: ChangeName[]): string | null {
  const now = look()
  const blank = findBlank()
  if (blank !== null) return blank
  if (ledTo?.isConnected === false) ledTo = null
  if (before.toEnd <= NEAR_END_PX) {
    if (now.toEnd <= 1) return null
    const stays = kept ?? (before.toEnd > 1 ? before.eye : null)
    const isGone = stays?.element.isConnected === false || (stays?.isPart === true && names.includes('edit'))
    if (isGone && !names.includes('burst')) return null
    const isKept = stays !== null && Math.abs(topOf(stays.element) - stays.top) <= 1
    if (isKept && !names.includes('burst')) return null
    return `was at the end, and is ${now.toEnd} px from it`
  }
  const eye = before.eye
  // What was read may have been deleted.
  if (eye === null || !eye.element.isConnected || (eye.isPart && names.includes('edit'))) return null
  const moved = topOf(eye.element) - eye.top
  if (Math.abs(moved) <= 1) return null
  // There may be too little below it, or above it, for it to stay.
  if (moved > 0 && now.toEnd <= 1) return null
  if (moved < 0 && scroller().scrollTop <= 1) return null
  return `what was read moved by ${moved.toFixed(1)} px`
}

/** Nothing but rows is on the screen, unless there are too few to fill it. */
function findBlank(): string | null {
  const { height } = scroller().getBoundingClientRect()
  const rows = [...document.querySelectorAll('[data-key]')]
  const [first, last] = [rows[0], rows.at(-1)]
  if (first === undefined || last === undefined) return 'nothing is drawn'
  const drawn = [...document.querySelectorAll<HTMLElement>('[data-key]')].map(({ dataset }) => dataset.key)
  if (topOf(first) > 1 && drawn[0] !== screen.rows[0]?.key) return `${topOf(first)} px are blank at the top`
  const below = height - topOf(last) - last.getBoundingClientRect().height
  if (below > 1 && drawn.at(-1) !== screen.rows.at(-1)?.key) return `${below} px are blank at the bottom`
  return null
}

function look(): Situation {
  const { scrollTop, scrollHeight, clientHeight } = scroller()
  return { toEnd: scrollHeight - clientHeight - scrollTop, eye: ledTo === null ? findEye() : toEye(ledTo) }
}

function findEye(): Eye | null {
  const rows = [...document.querySelectorAll('[data-key]')]
  const limit = 0.3 * scroller().clientHeight
  const first = rows.find((row) => topOf(row) >= 0)
  if (first !== undefined && topOf(first) < limit) return toEye(first)
  const across = rows.find((row) => topOf(row) < 0 && topOf(row) + row.getBoundingClientRect().height > 0)
  const part = [...(across?.querySelectorAll('p, .part') ?? [])].find(
    (element) => topOf(element) + element.getBoundingClientRect().height > 1,
  )
  return part === undefined ? null : toEye(part)
}

function toEye(element: Element): Eye {
  return { element, top: topOf(element), isPart: !element.matches('[data-key]') }
}

async function scroll(chance: Chance): Promise<void> {
  const element = scroller()
  const key = document.querySelector<HTMLElement>('[data-key]')?.dataset.key
  ledTo = null
  switch (chance.oneOf(['up', 'up', 'down', 'little', 'end', 'jump'])) {
    case 'up':
      element.scrollBy(0, -chance.between(60, 3_000))
      break
    case 'down':
      element.scrollBy(0, chance.between(60, 3_000))
      break
    case 'little':
      element.scrollBy(0, -chance.between(1, 40))
      break
    case 'end':
      list.jump(null)
      break
    case 'jump': {
      const target = chance.often(0.5) ? chance.oneOf(screen.rows).key : (key ?? '')
      list.jump(target)
      await rest()
      ledTo = document.querySelector(`[data-key="${target}"]`)
    }
  }
  await rest()
}

function isLed(): boolean {
  return ledTo !== null
}

/** Whoever cannot see any more what they were led to reads something else. */
function forgetUnseen(): void {
  if (ledTo !== null && topOf(ledTo) >= scroller().clientHeight) ledTo = null
}

/** Somebody who lets go: the list knows it by a timer, which it sets as it hears of the movement, before this one. */
async function rest(): Promise<void> {
  await shown()
  await new Promise((resolve) => setTimeout(resolve, IDLE_AFTER_MS))
  await shown()
}

/** Once the next frame was drawn. */
function shown(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => resolve()
      port2.postMessage(null)
    })
  })
}

function scroller(): HTMLElement {
  const element = document.querySelector<HTMLElement>('[role=log]')
  if (element === null) throw new Error('there is no list')
  return element
}

function topOf(element: Element): number {
  return element.getBoundingClientRect().top - scroller().getBoundingClientRect().top
}
