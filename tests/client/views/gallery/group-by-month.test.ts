import { expect, test } from 'vitest'
import type { GalleryItem } from '../../../../client/data/files/gallery.ts'
import { groupByMonth } from '../../../../client/views/gallery/group-by-month.ts'
import { ann, findPerson } from '../../data/example.ts'

const NOW = new Date(2026, 4, 20).getTime()
const link = (key: string, at: Date): GalleryItem => ({
  ...{ kind: 'link', key, href: 'https://example.org/' },
  source: { messageId: key, n: 1, author: findPerson(ann), mine: true, at: at.getTime() },
})
const hole = (before: number): GalleryItem => ({ kind: 'hole', key: `hole-${before}`, count: 3, before })

test('items stand under their month, those of another year under the year too', () => {
  const months = groupByMonth(
    [link('a', new Date(2026, 4, 3)), link('b', new Date(2026, 4, 1)), link('c', new Date(2025, 4, 30))],
    NOW,
  )
  expect(
    months.map(({ name, runs }) => [name, runs.map((run) => (run.kind === 'items' ? run.items.length : 0))]),
  ).toEqual([
    [new Intl.DateTimeFormat(undefined, { month: 'long' }).format(NOW), [2]],
    [new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric' }).format(new Date(2025, 4, 30)), [1]],
  ])
})

test('a hole parts what is above it from what is below, and begins no month', () => {
  const [first, ...others] = groupByMonth(
    [hole(9), link('a', new Date(2026, 4, 3)), hole(5), link('b', new Date(2026, 4, 1))],
    NOW,
  )
  expect(first).toMatchObject({ name: null, runs: [{ kind: 'hole', before: 9 }] })
  expect(others).toHaveLength(1)
  expect(others[0]?.runs.map((run) => (run.kind === 'hole' ? `hole ${run.before}` : run.items.length))).toEqual([
    1,
    'hole 5',
    1,
  ])
})

test('of nothing there is no month', () => {
  expect(groupByMonth([], NOW)).toEqual([])
})
