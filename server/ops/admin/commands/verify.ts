import { type CheckReport, verifyAll } from '../../verify/verify.ts'
import { defineCommand, done } from '../command.ts'

export const verify = defineCommand({
  name: 'verify',
  summary: 'Computes anew what the database says of itself and of its files, and lists what is wrong.',
  on: 'database',
  async run({ store, openHome, now, tell }) {
    const reports = await verifyAll({ store, home: await openHome(), now }, tell)
    return toOutcome(reports)
  },
})

function toOutcome(reports: readonly CheckReport[]) {
  const count = reports.reduce((sum, report) => sum + report.count, 0)
  const lines = reports.flatMap(({ name, findings, count: all }) => [
    `${name}: ${all === 0 ? 'as it should be' : `${all} wrong`}`,
    ...findings.map(({ id, message }) => `  ${id}: ${message}`),
    ...(all > findings.length ? [`  and ${all - findings.length} more`] : []),
  ])
  const sum = count === 0 ? 'Everything is as it should be.' : `${count} things are wrong.`
  return done({ ok: count === 0, checks: reports }, [...lines, sum], count > 0)
}
