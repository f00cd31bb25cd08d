import type { Batch } from '../../../server/campus/batch.ts'
import type { Rules } from '../../../server/campus/rules.ts'
import type { Planted } from './planted.ts'

/** Mistakes in who reaches whom. */
export const WITH_CONTACTS: Record<string, Planted> = {
  'what somebody writes to one who blocked them is delivered': {
    campusRules: (rules): Rules => ({
      ...rules,
      decide: (batch, userId, command) =>
        rules.decide(command.type === 'message.send' ? withoutOthers(batch) : batch, userId, command),
    }),
  },
}

function withoutOthers(batch: Batch): Batch {
  return { ...batch, findOther: () => undefined }
}
