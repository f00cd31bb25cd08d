import { simpleParser } from 'mailparser'
import { createServer, type Server } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterEach, expect, test } from 'vitest'
import { createMailer } from '../../../server/accounts/mailer.ts'

/* Mail over real SMTP, to a server of our own on this machine. */

const closes: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closes.splice(0)) await close()
})

interface Received {
  from: string | undefined
  to: string[]
  subject: string | undefined
  text: string | undefined
}

async function startMailServer(options: ConstructorParameters<typeof SMTPServer>[0] = {}) {
  const received: Received[] = []
  const server = new SMTPServer({
    ...{ disabledCommands: ['STARTTLS'], authOptional: true, ...options },
    onData(stream, session, done) {
      simpleParser(stream).then(({ from, subject, text }) => {
        const to = session.envelope.rcptTo.map(({ address }) => address)
        received.push({ from: from?.text, to, subject, text })
        done()
      }, done)
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closes.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { received, url: `smtp://127.0.0.1:${address.port}` }
}

function mailer(url: string) {
  const made = createMailer({ url, from: 'ChatBox <chat@example.edu>' })
  closes.push(async () => made.close())
  return made
}

test('a mail arrives with all that was written, to whom it was written', async () => {
  const { received, url } = await startMailServer()
  await mailer(url).send({
    to: 'ann@example.edu',
    subject: 'Ihr Code: 123456',
    text: 'Grüße\n\nhttps://x/#reset=a_b-c',
  })
  expect(received).toEqual([
    {
      ...{ from: '"ChatBox" <chat@example.edu>', to: ['ann@example.edu'], subject: 'Ihr Code: 123456' },
      text: 'Grüße\n\nhttps://x/#reset=a_b-c\n',
    },
  ])
})

test('a name and a password in the address are what one signs in with', async () => {
  const seen: unknown[] = []
  const { received, url } = await startMailServer({
    authOptional: false,
    onAuth({ username, password }, _, done) {
      seen.push([username, password])
      done(null, { user: username })
    },
  })
  await mailer(url.replace('//', '//chat:se%2Fcret@')).send({ to: 'ann@example.edu', subject: 'x', text: 'y' })
  expect(seen).toEqual([['chat', 'se/cret']])
  expect(received).toHaveLength(1)
})

test.each(['ann@example.edu\r\nBcc: eve@evil.org', 'ann@example.edu, eve@evil.org', 'Ann <eve@evil.org>'])(
  'what is more than one address gets no mail: %j',
  async (to) => {
    const { received, url } = await startMailServer()
    await expect(mailer(url).send({ to, subject: 'x', text: 'y' })).rejects.toThrow('one address')
    expect(received).toEqual([])
  },
)

test('a subject of two lines is one line, and no header of its own', async () => {
  const { received, url } = await startMailServer()
  await mailer(url).send({ to: 'ann@example.edu', subject: 'x\r\nBcc: eve@evil.org', text: 'y' })
  expect(received.flatMap(({ to }) => to)).toEqual(['ann@example.edu'])
})

test('a server that refuses or is away is an error at once, and one that hangs is one within seconds', async () => {
  const { url } = await startMailServer({
    onRcptTo: (_, __, done) => done(new Error('no such mailbox')),
  })
  const mail = { to: 'ann@example.edu', subject: 'x', text: 'y' }
  await expect(mailer(url).send(mail)).rejects.toThrow('no such mailbox')
  await expect(mailer('smtp://127.0.0.1:1').send(mail)).rejects.toThrow('ECONNREFUSED')
  const silent: Server = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  closes.push(async () => silent.close())
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : undefined
  await expect(mailer(`smtp://127.0.0.1:${port}`).send(mail)).rejects.toThrow(/[Gg]reeting/)
})
