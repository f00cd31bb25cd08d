import { svelte } from '@sveltejs/vite-plugin-svelte'
import { build } from 'vite'
import { expect, test } from '@playwright/test'

const [SEEDS, STEPS] =
  process.env.LONG === undefined ? [[1, 2], 45] : [Array.from({ length: 40 }, (_, at) => at + 1), 250]

/** The list alone, without a server. */
async function buildPage(): Promise<{ script: string; style: string }> {
  const result = await build({
    root: 'tests/e2e/list-page',
    configFile: false,
    logLevel: 'error',
    plugins: [svelte({ configFile: false })],
    build: { write: false, minify: false, rolldownOptions: { input: 'tests/e2e/list-page/main.ts' } },
  })
  if (Array.isArray(result) || !('output' in result)) throw new Error('the list was not built as one page')
  const script = result.output.find((file) => file.type === 'chunk')?.code ?? ''
  const style = result.output.find((file) => file.type === 'asset' && file.fileName.endsWith('.css'))
  return { script, style: style?.type === 'asset' ? style.source.toString() : '' }
}

test('a list keeps still or stays at its end, in each frame, whatever comes, goes, grows or changes its size', async ({
  page,
}) => {
  test.setTimeout(SEEDS.length * STEPS * 1_000)
  await page.setViewportSize({ width: 1280, height: 1000 })
  const { script, style } = await buildPage()
  await page.setContent(`<!doctype html><style>body { margin: 0 } ${style}</style><body></body>`)
  await page.addScriptTag({ content: script, type: 'module' })
  await page.waitForFunction(() => 'runSteps' in globalThis)
  for (const seed of SEEDS) {
    expect
      .soft(await page.evaluate(([seed, steps]) => globalThis.runSteps(seed, steps), [seed, STEPS] as const))
      .toBeNull()
  }
})
