import { afterAll, beforeAll, expect, test } from 'vitest'
import { listAudit } from '../../../../server/audit/list-audit.ts'
import { createSettings } from '../../../../server/settings/settings.ts'
import { listLimitSettings } from '../../../../shared/operate/limits.ts'
import { type Backend, createBackend } from '../../../support/backend.ts'
import { createFakeClock } from '../../../support/fake-clock.ts'
import { admin, settingsOf } from './run-admin.ts'

/* `npm run admin -- limits …`: the limits by name, without a server. */

let backend: Backend
beforeAll(async () => {
  backend = await createBackend()
})
afterAll(() => backend.dispose())

const limits = (...typed: string[]) => admin(settingsOf(backend), ['limits', ...typed])

interface Listed {
  limits: { name: string; value: unknown; isChosen: boolean; summary: string }[]
}

test('every limit is listed, with what holds and what it means', async () => {
  const { json } = await limits('list', '--json')
  const listed = (json() as Listed).limits
  expect(listed.map(({ name }) => name)).toEqual([
    ...['storage.file', 'storage.account', 'storage.all'],
    ...listLimitSettings().map(({ setting }) => setting.replace('limits.', '')),
  ])
  expect(listed.find(({ name }) => name === 'messages.newcomer')).toMatchObject({ value: 20, isChosen: false })
  expect((await limits('list')).out).toMatch(
    /^messages +60 +Messages that one person sends or edits\. How many a minute\./m,
  )
})

test('what is set holds in servers that run, is a row of the audit log, and can be taken back', async () => {
  const clock = createFakeClock()
  const running = createSettings({ store: backend.store, clock, onError: () => undefined })
  expect(await limits('set', 'messages', '90')).toMatchObject({ code: 0, out: 'messages is 90 now.\n' })
  expect(await limits('set', 'limits.messages.newcomer', 'off')).toMatchObject({ code: 0 })
  expect((await limits('set', 'uploadBytes', '1.5 GB', '--json')).json()).toEqual({
    name: 'uploadBytes',
    value: 1_500_000_000,
  })
  expect((await limits('set', 'storage.account', '500mb', '--json')).json()).toEqual({
    name: 'storage.account',
    value: 500_000_000,
  })
  await running.refresh()
  expect(running.get('limits.messages')).toBe(90)
  expect(running.get('limits.messages.newcomer')).toBe('off')
  expect(running.get('storage.account')).toBe(500_000_000)
  const [newest] = await listAudit(backend.store.db, null, 1)
  expect(newest).toMatchObject({
    act: 'setting.change',
    actorId: null,
    via: 'command-line',
    subjectId: 'storage.account',
  })
  expect(await limits('reset', 'messages')).toMatchObject({ code: 0, out: 'messages is 60 again.\n' })
  await running.refresh()
  expect(running.get('limits.messages')).toBe(60)
  running.close()
})

test.each([
  [['set', 'message', '90'], /^There is no limit "message"\. "npm run admin -- limits list" lists them\.$/m],
  [['reset', 'registration'], /^There is no limit "registration"/m],
  [['set', 'messages', '0'], /takes no such value/],
  [['set', 'messages', '-5'], /takes no such value|Unknown option/],
  [['set', 'messages', '60 KB'], /takes no such value/],
  [['set', 'messages', 'many'], /takes no such value/],
  [['set', 'uploadBytes', '5 light-years'], /takes no such value/],
  [['set', 'uploadBytes', '2000 TB'], /takes no such value/],
])('what is no limit is refused with a sentence: %j', async (typed, sentence) => {
  const { code, error } = await limits(...typed)
  expect(code).toBeGreaterThan(0)
  expect(error).toMatch(sentence)
})
