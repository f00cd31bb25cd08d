import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Backend, createBackend } from '../../support/backend.ts'
import { send } from '../../support/campus.ts'
import { type Measured, openDevice, startMeasured } from './running.ts'

const FOLDER = join(import.meta.dirname, '../../../docs/operations')
const ALERTS = join(FOLDER, 'alerts.yml')

const panel = v.object({
  title: v.pipe(v.string(), v.nonEmpty()),
  gridPos: v.object({ x: v.number(), y: v.number(), w: v.number(), h: v.number() }),
  fieldConfig: v.object({ defaults: v.object({ unit: v.pipe(v.string(), v.nonEmpty()) }) }),
  targets: v.pipe(v.array(v.object({ expr: v.string(), legendFormat: v.string() })), v.minLength(1)),
})
const dashboard = v.parse(
  v.object({ title: v.literal('ChatBox'), panels: v.pipe(v.array(panel), v.minLength(15)) }),
  JSON.parse(readFileSync(join(FOLDER, 'grafana-dashboard.json'), 'utf8')),
)
const drawn = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
const alerting = [...readFileSync(ALERTS, 'utf8').matchAll(/^ +expr: (.+)$/gm)].map(([, expr = '']) => expr)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatbox-rules-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What Prometheus' own tool says. */
function promtool(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

test('no two panels lie over each other, and none is wider than the page', () => {
  const taken = new Set<string>()
  for (const { gridPos } of dashboard.panels) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(taken).not.toContain(`${x} ${y}`)
        taken.add(`${x} ${y}`)
      }
    }
  }
})

test('Prometheus takes the six rules, and what every panel asks', () => {
  expect(alerting).toHaveLength(6)
  expect(promtool('check', 'rules', ALERTS)).toMatchObject({
    status: 0,
    said: expect.stringContaining('SUCCESS: 6 rules found') as string,
  })
  const asked = drawn.map((expr) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*'))
  const rules = asked.map(
    (expr, place) => `      - record: chatbox:panel${place}\n        expr: ${JSON.stringify(expr)}\n`,
  )
  writeFileSync(join(folder, 'panels.yml'), `groups:\n  - name: panels\n    rules:\n${rules.join('')}`)
  expect(promtool('check', 'rules', 'panels.yml')).toMatchObject({ status: 0 })
})

test('each alert fires for what it is for, and for nothing that passes', () => {
  copyFileSync(ALERTS, join(folder, 'alerts.yml'))
  copyFileSync(join(import.meta.dirname, 'alerts-test.yml'), join(folder, 'alerts-test.yml'))
  expect(promtool('test', 'rules', 'alerts-test.yml')).toMatchObject({
    status: 0,
    said: expect.stringContaining('SUCCESS') as string,
  })
})

let backend: Backend
let server: Measured
beforeAll(async () => {
  backend = await createBackend()
  server = await startMeasured(backend)
})
afterAll(async () => {
  await server.stop()
  await backend.dispose()
})

test('every figure that a panel or an alert asks for is told by a running server', async () => {
  const ann = await server.join('ann')
  const body = { commands: [send(), { ...send(), text: 5 }] }
  await server.call('POST', '/api/commands', { cookie: ann.cookie, body })
  await server.call('GET', '/api/pull?log=campus&cursor=0', { cookie: ann.cookie })
  const device = await openDevice(server.port, ann)
  device.close()
  const text = await server.scrape()
  const told = new Set([...text.matchAll(/^([a-z][a-z0-9_]*)(?=[ {])/gm)].map(([, name = '']) => name))
  // What has not happened yet is announced, with its type.
  for (const [, name = ''] of text.matchAll(/^# TYPE (\S+) counter$/gm)) told.add(name)
  for (const expr of [...drawn, ...alerting]) {
    const names = [...expr.matchAll(/\b(?:chatbox|nodejs|process)_[a-z0-9_]+/g)].map(([name]) => name)
    expect(names.length + (expr.startsWith('up{') ? 1 : 0)).toBeGreaterThan(0)
    for (const name of names) expect(told, expr).toContain(name)
  }
})

test('every figure of ours is on a panel, but for the version and what only several processes have', async () => {
  const text = await server.scrape()
  const ours = [...text.matchAll(/^# TYPE (chatbox_\S+) /gm)].map(([, name = '']) => name)
  const missing = ours.filter((name) => !drawn.some((expr) => new RegExp(`\\b${name}(?:_bucket)?\\b`).test(expr)))
  expect(missing).toEqual(['chatbox_info'])
})
