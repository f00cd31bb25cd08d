import type { LaunchOptions } from '@playwright/test'

/** The system's Chromium: nothing is downloaded. `CHROMIUM` names another one. */
export const launchOptions: LaunchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
}
