import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uuidv7 } from 'uuidv7'
import { toFiveMinutes } from '../../server/classroom/five-minutes.ts'
import { createMetrics } from '../../server/metrics/metrics.ts'
import { openSqlite } from '../../server/store/sqlite.ts'
import { createCampus, registerUser, send } from '../support/campus.ts'
import { median } from './ratio.ts'

/*
 * `npm run bench:metrics`: what it costs those who send that the server counts, as the ratio of what goes with metrics to what goes
 * without, in pairs of rounds within one run: in a second of the processor, which others on the machine do not lengthen. The
 * metrics are read all the while, far oftener than Prometheus does.
 */

const PAIRS = 25
const LONE = 400
const TOGETHER = 8_000
const READ_EVERY_MS = 250

async function openSide(isMeasured: boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-bench-'))
  const store = openSqlite(folder)
  await store.migrate()
  const metrics = isMeasured ? createMetrics(Date.now, toFiveMinutes) : undefined
  const campus = createCampus({
    store: metrics?.watchStore(store) ?? store,
    ...(metrics && { observe: metrics.onBatch, watch: metrics.watchCampus }),
  })
  const writer = uuidv7()
  await campus.accept(writer, registerUser(writer, 'Writer'))
  const whileRead = async (count: number, work: () => Promise<unknown>) => {
    const reading = metrics && setInterval(() => void metrics.write(), READ_EVERY_MS)
    const rate = await perSecond(count, work)
    clearInterval(reading)
    return rate
  }
  const sends = (count: number) => Array.from({ length: count }, () => send())
  return {
    async lone(): Promise<number> {
      const commands = sends(LONE)
      return whileRead(LONE, async () => {
        for (const command of commands) await campus.accept(writer, command)
      })
    },
    together(): Promise<number> {
      const commands = sends(TOGETHER)
      return whileRead(TOGETHER, () => campus.accept(writer, ...commands))
    },
    async close() {
      await campus.sequencer.close()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const began = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(began)
  return (count / (user + system)) * 1e6
}

const [without, measured] = [await openSide(false), await openSide(true)]
for (const way of ['lone', 'together'] as const) {
  const ratios: number[] = []
  const rates: number[] = []
  for (let pair = 0; pair < PAIRS; pair += 1) {
    // Who goes first has the warmer or the colder machine: in turn.
    const order = pair % 2 === 0 ? [without, measured] : [measured, without]
    const rate = new Map<typeof measured, number>()
    for (const side of order) rate.set(side, await side[way]())
    rates.push(rate.get(measured) ?? Number.NaN)
    ratios.push((rate.get(measured) ?? Number.NaN) / (rate.get(without) ?? Number.NaN))
  }
  const shown = (value: number) => value.toFixed(3)
  console.log(
    `${way}: ${Math.round(median(rates)).toLocaleString('en')} sends in a second of the processor with metrics, ${shown(median(ratios))} of what goes without ` +
      `(${shown(Math.min(...ratios))} to ${shown(Math.max(...ratios))} in ${PAIRS} pairs)`,
  )
}
await without.close()
await measured.close()
