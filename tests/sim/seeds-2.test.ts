import { testSeeds } from './run-seeds.ts'

testSeeds(9, 14)
