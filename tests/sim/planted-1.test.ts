import { testCaughtInPart } from './planted/catch.ts'
import { PLANTED } from './planted/all.ts'

testCaughtInPart(PLANTED, 0)
