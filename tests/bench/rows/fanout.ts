import { CROWD } from '../crowd-stands.ts'
import { createFanOutRow } from '../fan-out.ts'

export const row = createFanOutRow({
  measures: `One message to ${CROWD} sockets, the next one when all have it.`,
  ...{ burst: 1, rounds: 40, reach: { socketIo: 1.5, rawWs: 1 } },
})
