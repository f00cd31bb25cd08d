import { join } from 'node:path'
import { expect, test } from 'vitest'
import { getLimit, LIMIT_NAMES, toPeriodWords } from '../../../shared/operate/limits.ts'
import { names, readReadme } from '../../support/readme.ts'

/* The README tells every limit as it is to begin with. */

test('the table of limits is that of the code', () => {
  const readme = readReadme(join(import.meta.dirname, '../../../README.md'))
  const written = readme.table('## Limits').map(([name = '', ...cells]) => [names(name)[0], ...cells])
  const told = LIMIT_NAMES.map((name) => {
    const { summary, default: value, newcomer, per, burst, unit } = getLimit(name)
    const say = (amount: number) => (unit === 'bytes' ? toBytesWords(amount) : amount.toLocaleString('en'))
    const more = newcomer === undefined ? 'the same' : `${say(newcomer)} ${toPeriodWords(per)}`
    return [name, summary, say(value * burst), `${say(value)} ${toPeriodWords(per)}`, more]
  })
  expect(written).toEqual(told)
})

function toBytesWords(bytes: number): string {
  if (bytes >= 1e9) return `${bytes / 1e9} GB`
  return bytes >= 1e6 ? `${bytes / 1e6} MB` : `${bytes / 1e3} kB`
}
