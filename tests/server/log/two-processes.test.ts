import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CampusCommand } from '../../../server/campus/command.ts'
import type { CommandResult } from '../../../shared/protocol/results.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus, send } from '../../support/campus.ts'

let backend: Backend
let campus: Campus
let ann: string
beforeEach(async () => {
  backend = await createBackend()
  campus = createCampus({ store: backend.store })
  ann = await campus.register()
})
afterEach(() => backend.dispose())

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** A process that waits, connected, with commands; `go` lets it submit them all and gives their results. */
async function startProcess(userId: string, commands: CampusCommand[]) {
  const task = { databaseUrl: backend.databaseUrl, dataDir: backend.dataDir, userId, commands }
  const script = join(import.meta.dirname, 'submit-process.ts')
  const child = spawn(process.execPath, ['--import', TSX, script, JSON.stringify(task)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let output = ''
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the process ended too early')))
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString()
      if (output.startsWith('ready\n')) resolve()
    })
  })
  return {
    async go(): Promise<CommandResult[]> {
      child.stdin.end('go\n')
      await ended
      return JSON.parse(output.slice('ready\n'.length)) as CommandResult[]
    },
  }
}

test('the same commands from two processes at once are answered twice and done once, without a gap', async () => {
  const commands = Array.from({ length: 100 }, (_, index) => send(undefined, `${index}`))
  const processes = await Promise.all([startProcess(ann, commands), startProcess(ann, commands)])
  const [one = [], other = []] = await Promise.all(processes.map((process) => process.go()))
  const accepted = commands.map(({ id }) => ({ status: 'accepted', id }))
  expect(one).toMatchObject(accepted)
  expect(other).toMatchObject(accepted)
  const messages = await campus.store.db.selectFrom('message').select(['n', 'text']).orderBy('n').execute()
  expect(messages).toEqual(commands.map(({ text }, index) => ({ n: index + 1, text })))
})

test('different commands from two processes at once leave neither a gap nor a double in seq and n', async () => {
  const from = await campus.head()
  const batches = [0, 1].map((side) => Array.from({ length: 100 }, (_, index) => send(undefined, `${side} ${index}`)))
  const processes = await Promise.all(batches.map((commands) => startProcess(ann, commands)))
  await Promise.all(processes.map((process) => process.go()))
  const messages = await campus.store.db.selectFrom('message').select(['n', 'seq', 'text']).orderBy('n').execute()
  expect(messages.map(({ n }) => n)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
  expect(messages.map(({ seq }) => seq)).toEqual(messages.map(({ seq }) => seq).sort((one, other) => one - other))
  expect(messages[0]?.seq).toBe(from + 1)
  for (const side of ['0', '1']) {
    const texts = messages.flatMap(({ text }) => (text?.startsWith(`${side} `) === true ? [text] : []))
    expect(texts).toEqual(Array.from({ length: 100 }, (_, index) => `${side} ${index}`))
  }
})

test('one id from two processes with two bodies at once is taken by one of them', async () => {
  const command = send()
  const processes = await Promise.all([
    startProcess(ann, [command]),
    startProcess(ann, [{ ...command, text: 'Other' }]),
  ])
  const results = (await Promise.all(processes.map((process) => process.go()))).flat()
  const outcomes = results.map((result) => (result.status === 'refused' ? result.code : result.status)).sort()
  expect(outcomes).toEqual(['accepted', 'id_taken'])
})
