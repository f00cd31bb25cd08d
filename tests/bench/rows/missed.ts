import { createMissedRow } from '../missed.ts'

export const row = createMissedRow(10_000, { isPouchMeasured: true })
