import { isIP } from 'node:net'
import { systemClock } from '../../../../shared/clock.ts'
import { hasOperator } from '../../../accounts/admission.ts'
import type { Config } from '../../../config.ts'
import { toSettingDefaults } from '../../../settings/setting-defaults.ts'
import { createSettings } from '../../../settings/settings.ts'
import type { Store } from '../../../store/store.ts'
import { fail, type Look, ok, type Verdict, warn } from '../look.ts'
import { findAlike } from '../setting-names.ts'

/** Whether what is set makes sense, by itself and with what operators chose. */
export const settingsLook: Look = {
  name: 'settings',
  async look({ config, environment, store }) {
    const verdicts = [
      ...environment.flatMap(judgeName),
      ...judgeConfig(config),
      ...(store === undefined ? [] : await judgeChosen(store, config)),
    ]
    return verdicts.length > 0 ? verdicts : [ok('Nothing that is set contradicts anything else.')]
  },
}

function judgeName(name: string): Verdict[] {
  const meant = findAlike(name)
  if (meant === undefined) return []
  return [warn(`${name} is set, and no setting is called so.`, `Call it ${meant}, if that is what it is.`)]
}

function judgeConfig(config: Config): Verdict[] {
  const { publicUrl, host, metrics } = config
  const verdicts: Verdict[] = []
  if (publicUrl?.protocol === 'http:' && isPublic(publicUrl.hostname)) {
    verdicts.push(
      fail(
        `PUBLIC_URL is ${publicUrl.origin}: passwords and messages go over the net for everybody to read.`,
        'Set HTTPS to that name, or put a proxy with a certificate in front, and PUBLIC_URL to its https address.',
      ),
    )
  }
  if (publicUrl?.protocol === 'https:' && config.https === undefined && !isLoopbackHost(host)) {
    verdicts.push(
      warn(
        `HOST is ${host}: whoever knows the port comes past the proxy, without https.`,
        'Set HOST to 127.0.0.1, or leave it out, where the proxy is on this machine.',
      ),
    )
  }
  if (config.limits === 'off') {
    verdicts.push(warn('LIMITS is off: whoever likes can flood this ChatBox.', 'Leave LIMITS out.'))
  }
  if (metrics?.port !== undefined && metrics.token === undefined && !isLoopbackHost(metrics.host)) {
    verdicts.push(warn(`Metrics are for everybody who reaches ${metrics.host}.`, 'Set METRICS_TOKEN.'))
  }
  if (config.redisUrl !== undefined && config.databaseUrl === undefined) {
    verdicts.push(
      warn('REDIS_URL is set, and the database is a file of one process.', 'Set DATABASE_URL, or leave REDIS_URL out.'),
    )
  }
  return verdicts
}

async function judgeChosen(store: Store, config: Config): Promise<Verdict[]> {
  const settings = createSettings({ store, clock: systemClock, onError: throwIt, defaults: toSettingDefaults(config) })
  const verdicts: Verdict[] = []
  try {
    await settings.refresh()
    const registration = settings.get('registration')
    if (registration === 'email' && config.mail === undefined) {
      verdicts.push(
        fail(
          'Accounts are made with an e-mail address, and no mail can be sent.',
          'Set SMTP_URL and MAIL_FROM, or choose another way in with "npm run admin -- settings set registration invitation".',
        ),
      )
    }
    const needsSso = registration === 'sso' || settings.get('passwordsForOperatorsOnly')
    if (needsSso && config.sso === undefined) {
      verdicts.push(
        fail(
          'People are to come in through single sign-on, and there is none.',
          'Set SSO_ISSUER, SSO_CLIENT_ID and SSO_CLIENT_SECRET, or choose another way in with "npm run admin -- settings".',
        ),
      )
    }
  } finally {
    settings.close()
  }
  if (!(await hasOperator(store.db))) {
    verdicts.push(
      warn('Nobody operates this ChatBox yet.', 'Open the link that "npm run admin -- operator claim-link" makes.'),
    )
  }
  return verdicts
}

function throwIt(error: unknown): never {
  throw error
}

function isLoopbackHost(host: string): boolean {
  return ['localhost', '::1'].includes(host) || /^127\./.test(host)
}

/** Whether a name may be one of the whole net: neither of this machine nor of a private one (RFC 1918, 4193, 6761, 6762, 8375). */
function isPublic(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (isIP(name) === 4) return !/^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(name)
  if (isIP(name) === 6) return !/^(?:::1?$|f[cd]|fe[89ab])/.test(name)
  return name.includes('.') && !/\.(?:localhost|local|lan|internal|test|example|invalid|home\.arpa)$/.test(name)
}
