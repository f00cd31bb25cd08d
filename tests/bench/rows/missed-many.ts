import { createMissedRow } from '../missed.ts'

/** PouchDB would take minutes for what the row of a tenth of it says as well. */
export const row = createMissedRow(100_000, { isPouchMeasured: false })
