import type { SettingName } from '../../../shared/operate/settings.ts'

/** How a setting is called on the page, and under which heading it stands. */
export const SETTING_WORDS: Record<SettingName, { label: string; heading: string }> = {
  registration: { label: 'Who may make an account', heading: 'Who may come in' },
  registrationDomains: { label: 'Domains of e-mail addresses', heading: 'Who may come in' },
  contact: { label: 'Whom to ask', heading: 'Who may come in' },
  operatorsNeedPasskey: { label: 'Operators and moderators sign in with a passkey', heading: 'Who answers for it' },
}
