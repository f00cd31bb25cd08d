import { testSeeds } from './run-seeds.ts'

testSeeds(376, 500)
