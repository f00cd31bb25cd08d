import { testSeeds } from './run-seeds.ts'

testSeeds(251, 375)
