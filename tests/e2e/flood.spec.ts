import { leaveNetwork } from './support/connection.ts'
import { message, open } from './support/conversing.ts'
import { expect, test } from './support/test.ts'

const ROUNDS = 3
const AT_ONCE = 100

test('whoever is at the end stays there when hundreds of messages come in one step, as they are said and after a pause', async ({
  campus,
}) => {
  const ada = await campus.join('Ada')
  const friends = await Promise.all(['Ben', 'Cleo', 'Dora'].map((name) => campus.enrol(name)))
  const [ben] = friends
  if (ben === undefined) throw new Error('nobody is there')
  const club = await ben.beginGroup('Film club', [ada, ...friends.slice(1)])
  await ben.send(club, 'Hello')
  await open(ada, 'Film club')
  await expect(message(ada, 'Hello')).toBeInViewport()
  const newest = ada.page.getByRole('button', { name: 'Jump to the newest message' })
  const texts = (round: string) => Array.from({ length: AT_ONCE }, (_, index) => `${round}, message ${index + 1}.`)

  await test.step('hundreds at once, again and again, on a slow phone', async () => {
    const session = await ada.page.context().newCDPSession(ada.page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: 8 })
    for (let round = 1; round <= ROUNDS; round += 1) {
      await Promise.all(friends.map(({ name, send }) => send(club, ...texts(`${name} ${round}`))))
    }
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
    await ben.send(club, 'That was it')
    await expect(message(ada, 'That was it')).toBeInViewport()
    await expect(newest).toBeHidden()
  })

  await test.step('hundreds that were missed', async () => {
    await leaveNetwork(ada)
    for (const { name, send } of friends) await send(club, ...texts(`${name} again`))
    await ben.send(club, 'Where were you?')
    await ada.device.goOnline()
    await expect(message(ada, 'Where were you?')).toBeInViewport()
    await expect(newest).toBeHidden()
    await ben.send(club, 'There you are')
    await expect(message(ada, 'There you are')).toBeInViewport()
  })
})
