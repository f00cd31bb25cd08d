import { PLANTED } from '../planted/all.ts'
import { testCaught } from '../planted/catch.ts'

testCaught(Object.entries(PLANTED).filter((_, index) => index % 2 === 1))
