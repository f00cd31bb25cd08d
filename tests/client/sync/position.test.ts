import { expect, test } from 'vitest'
import { fromStored, toStored } from '../../../client/sync/position.ts'
import { findCommonEnd, findMissed, moveTo } from '../../../client/sync/log/move-position.ts'
import { NOWHERE, type DevicePosition } from '../../../client/sync/log/position.ts'

/** A device that came through these lineages, each from there on, and stands at `cursor` in the last one. */
function at(cursor: number, ...path: [id: string, start: number][]): DevicePosition {
  const [last] = path.at(-1) ?? ['']
  return { ...NOWHERE, lineage: last, cursor, path: path.map(([id, start]) => ({ id, start })) }
}

type End = [id: string, end: number]
const cases: [what: string, device: DevicePosition, log: End[], end: number][] = [
  ['of one lineage that ended before the device', at(50, ['a', 0]), [['a', 40]], 40],
  ['of one lineage that went on past the device', at(50, ['a', 0]), [['a', 90]], 50],
  [
    'of a backup that a new process went on from',
    at(50, ['a', 0]),
    [
      ['a', 40],
      ['b', 60],
    ],
    40,
  ],
  [
    'where the device went on in a lineage that was lost',
    at(50, ['a', 0], ['x', 30]),
    [
      ['a', 70],
      ['b', 90],
    ],
    30,
  ],
  [
    'where the log lost the end of what both had',
    at(50, ['a', 0], ['x', 30]),
    [
      ['a', 20],
      ['b', 90],
    ],
    20,
  ],
  [
    'where both have the last lineage',
    at(50, ['a', 0], ['b', 30]),
    [
      ['a', 30],
      ['b', 45],
    ],
    45,
  ],
  [
    'where the device never was in the newest',
    at(50, ['b', 10]),
    [
      ['a', 10],
      ['b', 40],
      ['c', 80],
    ],
    40,
  ],
  ['of a log that knows none of them', at(50, ['a', 0]), [['z', 90]], 0],
  ['of a device that knows none', at(50), [['a', 90]], 0],
]
test.each(cases)('a device and a log agree up to the same place: %s', (_, device, log, end) => {
  const lineages = log.map(([id, to]) => ({ id, end: to }))
  expect(findCommonEnd(device, lineages)).toBe(end)
})

/** The cursor after the last page of a pull. */
const last = (cursor: number) => ({ cursor, next: null, behind: false })

test('a lineage is added to the way once, and a way does not grow for ever', () => {
  let position = moveTo(NOWHERE, { lineage: { id: 'l0', start: 0 } }, last(5))
  position = moveTo(position, { lineage: { id: 'l0', start: 3 } }, last(6))
  expect(position).toEqual(at(6, ['l0', 0]))
  for (let index = 1; index <= 60; index += 1) {
    position = moveTo(position, { lineage: { id: `l${index}`, start: index * 10 } }, last(index * 10))
  }
  expect(position.path).toHaveLength(50)
  expect(position.path.at(-1)).toEqual({ id: 'l60', start: 600 })
})

const old: [string, Parameters<typeof findMissed>[1]][] = [
  ['tells no lineage', { lineage: { id: '', start: 0 } }],
  ['tells it', { lineage: { id: 'a', start: 0 }, isOlder: true }],
]
test.each(old)('where a server of a version before %s it is kept from where on rows may be missing', (_, origin) => {
  const first = moveTo(at(5, ['a', 0]), origin, last(9))
  expect(first).toEqual({ ...at(9, ['a', 0]), lineage: origin.lineage.id, older: { lineage: 'a', cursor: 5 } })
  const second = moveTo(first, origin, last(12))
  expect(second).toMatchObject({ cursor: 12, older: { lineage: 'a', cursor: 5 } })
  expect(findMissed(second, origin)).toBeUndefined()
  expect(findMissed(second, { lineage: { id: 'a', start: 0 } })).toEqual({ ...at(5, ['a', 0]), behind: true })
  expect(findMissed(at(5, ['a', 0]), { lineage: { id: 'a', start: 0 } })).toBeUndefined()
})

const kept: [string, DevicePosition][] = [
  ['before the first pull', NOWHERE],
  ['in the middle of it', { ...at(0, ['a', 0]), next: 'page 2' }],
  ['in a lineage', at(9, ['a', 0], ['b', 7])],
  ['while what was lost is not offered yet', { ...NOWHERE, restoring: true }],
  ['between two pages of a pull', { ...at(9, ['a', 0]), behind: true }],
  ['beside which more came', { ...at(9, ['a', 0]), ahead: 12, aheadIn: 'b' }],
  ['after a server of the version before', { ...at(9, ['a', 0]), older: { lineage: 'a', cursor: 5 } }],
]
test.each(kept)('a position is read as it was stored: %s', (_, position) => {
  expect(fromStored(toStored(position))).toEqual(position)
})

test('the lineage of a cursor that an older app moved is forgotten', () => {
  const stored = toStored(at(9, ['a', 0]))
  expect(fromStored({ ...stored, cursor: 12, complete: { epoch: '', cursor: 12 } })).toEqual(at(12))
  expect(fromStored({ ...stored, epoch: 'e1', complete: { epoch: 'e1', cursor: 9 } })).toEqual(at(9))
})
