import { checkMail } from '../../../accounts/mailer.ts'
import { fail, type Look, ok, skipped, toReason } from '../look.ts'

/** Whether the mail server lets us in. Nothing is sent. */
export const mailLook: Look = {
  name: 'mail',
  async look({ config: { mail } }) {
    if (mail === undefined) return [skipped('SMTP_URL is not set: no mail is sent.')]
    const { host } = new URL(mail.url)
    try {
      await checkMail(mail.url)
      return [ok(`The mail server ${host} lets us in.`)]
    } catch (error) {
      return [fail(`The mail server ${host} does not (${toReason(error)}).`, 'Start it, or correct SMTP_URL.')]
    }
  },
}
