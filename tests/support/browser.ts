import type { LaunchOptions } from '@playwright/test'

// Of several lists like this Chromium reads only the last, so what Playwright 1.65 turns off, to keep a
// browser from asking Google's servers and from upgrading addresses to HTTPS, stands here once more.
const TURNED_OFF_BY_PLAYWRIGHT = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
]

/**
 * What costs half of the time that a new window takes, and what nobody sees in a browser without a
 * screen: two pages of suggestions below the address bar, loaded ahead for each window, and a renderer
 * ahead of the next tab.
 */
const NEEDLESS = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'SpareRendererForSitePerProcess']

/** The system's Chromium: nothing is downloaded. `CHROMIUM` names another one. */
export const launchOptions: LaunchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    `--disable-features=${[...TURNED_OFF_BY_PLAYWRIGHT, ...NEEDLESS].join(',')}`,
  ],
}
