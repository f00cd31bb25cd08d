import { IN_A_CLASSROOM } from './classroom.ts'
import { IN_THE_CAMPUS } from './campus.ts'
import { IN_A_CROWD } from './crowd.ts'
import { IN_THE_LOG } from './log.ts'
import { ON_THE_DEVICE } from './device.ts'
import { WHEN_FAR_BEHIND } from './far.ts'
import { WITH_FILES } from './files.ts'
import { WHEN_SLOWED_DOWN } from './limits.ts'
import { WITH_CONTACTS } from './contacts.ts'
import type { Planted } from './planted.ts'
import { WHEN_IT_WENT_BACK } from './restoring.ts'

/** Each of these is a mistake that the simulation has to catch, by its name. */
export const PLANTED: Readonly<Record<string, Planted>> = {
  ...IN_THE_LOG,
  ...IN_THE_CAMPUS,
  ...ON_THE_DEVICE,
  ...WHEN_IT_WENT_BACK,
  ...IN_A_CLASSROOM,
  ...WITH_FILES,
  ...WHEN_FAR_BEHIND,
  ...IN_A_CROWD,
  ...WHEN_SLOWED_DOWN,
  ...WITH_CONTACTS,
}
