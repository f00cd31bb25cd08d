import { testSeeds } from './run-seeds.ts'

testSeeds(10, 18)
