import { CROWD } from '../crowd-stands.ts'
import { createFanOutRow } from '../fan-out.ts'

export const row = createFanOutRow({
  measures: `Ten messages at once to ${CROWD} sockets, the next ten when all have them.`,
  ...{ burst: 10, rounds: 12, reach: { socketIo: 6, rawWs: 5 } },
})
