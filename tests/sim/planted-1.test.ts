import { testCaught } from './planted/catch.ts'
import { IN_THE_LOG } from './planted/log.ts'
import { ON_THE_DEVICE } from './planted/device.ts'
import { WITH_FILES } from './planted/files.ts'
import { WHEN_IT_WENT_BACK } from './planted/restoring.ts'

testCaught({ ...IN_THE_LOG, ...ON_THE_DEVICE, ...WHEN_IT_WENT_BACK, ...WITH_FILES })
