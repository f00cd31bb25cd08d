import { defineConfig } from '@playwright/test'
import { launchOptions } from './tests/support/browser.ts'

const report = process.env.TEST_REPORT

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  reporter: report === undefined ? 'list' : [['list'], ['json', { outputFile: report }]],
  // More than cores: part of each test is waiting for what comes over a network.
  workers: 4,
  fullyParallel: true,
  forbidOnly: true,
  // A busy machine gets the time it needs; what is waited for is the same. A device whose server was away tries again
  // within half a minute.
  timeout: 240_000,
  expect: { timeout: 45_000 },
  use: { browserName: 'chromium', launchOptions },
})
