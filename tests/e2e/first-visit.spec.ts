import { createHash, randomUUID } from 'node:crypto'
import * as room from './support/classroom.ts'
import * as desk from './support/desk.ts'
import { expect, test } from './support/test.ts'

// The first time that a phone opens a classroom, with nothing of it on the device.

const PHONE = { viewport: { width: 412, height: 823 } }

test('the questions are read before any script came, and nothing moves when the page takes their place', async ({
  campus,
}) => {
  const teacher = await campus.join('Dr Keller', { viewport: { width: 1280, height: 800 } })
  const { path, id } = await desk.createClassroom(teacher, { title: 'Analysis I' })
  const questions = ['Is $\\int_0^1 x^2\\,dx = \\frac{1}{3}$ **always**?', 'What is `f(x)` here?']
  for (const text of questions) {
    const receiptHash = createHash('sha256').update(text).digest('base64url')
    const command = { type: 'question.ask', id: randomUUID(), text, name: null, receiptHash }
    const asked = await teacher.page.request.post(`/q/api/${id}/commands`, { data: { command } })
    expect(asked.status()).toBe(200)
  }

  await test.step('before any script', async () => {
    const { page } = await campus.openDevice({ ...PHONE, javaScriptEnabled: false })
    await page.goto(path)
    for (const text of ['Analysis I', ...questions]) await expect(page.getByText(text)).toBeVisible()
    for (const script of await page.locator('script[type="module"], link[rel="modulepreload"]').all())
      await expect(script).toHaveAttribute('fetchpriority', 'low')
  })

  await test.step('with all of them', async () => {
    const device = await campus.openDevice(PHONE)
    const { page } = device
    await page.addInitScript(() => {
      const shifts: number[] = []
      const isInstalledBehind: boolean[] = []
      Object.assign(globalThis, { shifts, isInstalledBehind })
      const { prototype } = ServiceWorkerContainer
      const register = Object.getOwnPropertyDescriptor(prototype, 'register')?.value as typeof prototype.register
      prototype.register = function (...given) {
        isInstalledBehind.push(document.getElementById('preview') !== null)
        return register.apply(this, given)
      }
      const note = (list: PerformanceObserverEntryList) =>
        list.getEntries().forEach((entry) => shifts.push((entry as PerformanceEntry & { value: number }).value))
      new PerformanceObserver(note).observe({ type: 'layout-shift', buffered: true })
    })
    await room.openAsStudent(device, path)
    await expect(page.locator('#preview')).toHaveCount(0)
    await expect(room.questions(device)).toHaveCount(2)
    await expect(page.locator('.katex').first()).toBeVisible()
    await expect(page.getByText(/devices? here/)).toBeVisible()
    const moved = await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts)
    expect(moved.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.02)
    const installed = () =>
      page.evaluate(() => (globalThis as unknown as { isInstalledBehind: boolean[] }).isInstalledBehind)
    await expect.poll(installed, 'what is kept comes after what is looked at').toEqual([false])
  })
})
