import type { Chance } from './chance.ts'
import { screen, type Row } from './rows.svelte.ts'

/** What can happen to a list without anybody scrolling it. */
export const CHANGES = {
  burst: (chance) => add(chance.oneOf([1, 1, 2, 5, 50, 201, 1_000]), chance, 'end'),
  history: (chance) => add(chance.oneOf([1, 30, 200]), chance, 'start'),
  lateParts: (chance) => {
    for (let count = chance.between(1, 6); count > 0; count--) growDrawn(chance)
  },
  everyPartDrawn: (chance) => {
    for (const part of drawnParts()) part.style.height = `${chance.between(0, 400)}px`
  },
  edit: (chance) => {
    const index = chance.often(0.5) ? indexOfDrawn(chance) : screen.rows.length - chance.between(1, 5)
    const row = screen.rows[index]
    if (row !== undefined) screen.rows[index] = { ...createRow(chance), key: row.key }
  },
  deletion: (chance) => {
    for (let count = chance.between(1, 4); count > 0 && screen.rows.length > 30; count--) {
      screen.rows.splice(chance.often(0.5) ? indexOfDrawn(chance) : screen.rows.length - 1, 1)
    }
  },
  divider: (chance) => {
    const at = screen.rows.findIndex(({ kind }) => kind === 'divider')
    if (at !== -1) screen.rows.splice(at, 1)
    else screen.rows.splice(chance.between(0, screen.rows.length), 0, { ...createRow(chance), kind: 'divider' })
  },
  window: (chance) => {
    screen.width = chance.oneOf([320, 390, 390, 820, 1_280])
    screen.height = chance.between(320, 1_000)
  },
  composer: (chance) => {
    screen.composer = chance.between(64, 240)
  },
  keyboard: (chance) => {
    screen.height = screen.height < 480 ? chance.between(650, 950) : chance.between(300, 400)
  },
  textSize: (chance) => {
    document.documentElement.style.fontSize = chance.oneOf(['100%', '125%', '200%'])
  },
  nothing: () => undefined,
} satisfies Record<string, (chance: Chance) => void>

export type ChangeName = keyof typeof CHANGES

let made = 0

export function createRow(chance: Chance): Row {
  const parts = chance.often(0.25) ? Array.from({ length: chance.between(1, 4) }, () => chance.oneOf([0, 20, 180])) : []
  const words = chance.oneOf([1, 3, 8, 20, 60, chance.often(0.1) ? 900 : 5])
  return { key: `row-${++made}`, kind: 'message', words, parts }
}

export function add(count: number, chance: Chance, where: 'start' | 'end'): void {
  const rows = Array.from({ length: count }, () => createRow(chance))
  screen.rows = where === 'end' ? [...screen.rows, ...rows] : [...rows, ...screen.rows]
}

/** As a formula that is drawn late, or a picture that arrives: nothing tells the list of it. */
function growDrawn(chance: Chance): void {
  const parts = drawnParts()
  if (parts.length > 0) chance.oneOf(parts).style.height = `${chance.between(0, 900)}px`
}

function drawnParts(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.part')]
}

function indexOfDrawn(chance: Chance): number {
  const drawn = [...document.querySelectorAll<HTMLElement>('[data-key]')].map(({ dataset }) => dataset.key)
  const key = chance.oneOf(drawn)
  return screen.rows.findIndex((row) => row.key === key)
}
