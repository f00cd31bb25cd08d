import { launch } from 'chrome-launcher'
import lighthouse from 'lighthouse'

// Lighthouse's mobile run of one page, as its command line does it: prints what it found as JSON. Arguments: the page's address.

const chrome = await launch({
  chromePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage'],
})
const { lhr } = await lighthouse(process.argv[2], { port: chrome.port, onlyCategories: ['performance'] })
await chrome.kill()
const { audits, categories, runtimeError, finalDisplayedUrl } = lhr
console.log(
  JSON.stringify({
    ...{ error: runtimeError?.message ?? null, url: finalDisplayedUrl, score: categories.performance.score },
    largestPaintMs: audits['largest-contentful-paint'].numericValue,
    blockedMs: audits['total-blocking-time'].numericValue,
    shift: audits['cumulative-layout-shift'].numericValue,
    requests: audits['network-requests'].details.items.length,
  }),
)
process.exit(0)
