import { createTransport } from 'nodemailer'

export interface Mail {
  to: string
  subject: string
  text: string
}

export interface Mailer {
  /** Resolves once the mail server took it. Throws what went wrong, within some seconds. */
  send(mail: Mail): Promise<void>
  close(): void
}

/** A mail server that says nothing for so long is away: whoever waits for a mail is told so. */
const WITHIN_MS = 10_000
const TIMEOUTS = { connectionTimeout: WITHIN_MS, greetingTimeout: WITHIN_MS, socketTimeout: WITHIN_MS }

/** `from` is what the mail says that it comes from, `ChatBox <chat@example.edu>`. */
export function createMailer({ url, from }: { url: string; from: string }): Mailer {
  // Text alone, from addresses and words of our own: nodemailer reads no file and no address for it.
  const transport = createTransport(url, { from, disableFileAccess: true, disableUrlAccess: true })
  Object.assign(transport.options, TIMEOUTS)
  return {
    async send({ to, ...mail }) {
      // Whatever else stands there would be read as more people to write to.
      if (/[\s,;:<>()]/.test(to)) throw new Error('a mail goes to one address')
      await transport.sendMail({ ...mail, to: { name: '', address: to } })
    },
    close: () => transport.close(),
  }
}

/** Resolves once a mail server has let us in; nothing is sent. Throws what went wrong, within some seconds. */
export async function checkMail(url: string): Promise<void> {
  const transport = createTransport(url)
  Object.assign(transport.options, TIMEOUTS)
  try {
    await transport.verify()
  } finally {
    transport.close()
  }
}
