import * as v from 'valibot'
import { registerBody } from '../../../shared/protocol/http.ts'
import type { ErrorBody } from '../../../shared/protocol/errors.ts'
import { displayName, groupTitle, password } from '../../../shared/protocol/fields.ts'
import type { Answer } from '../../sync/campus-http.ts'

export type AccountField = 'handle' | 'name' | 'password' | 'address' | 'code' | 'invitation'
/** What is wrong, at the field that it is about, or with the whole form. */
export type FieldErrors = Partial<Record<AccountField | 'form', string>>

const LABELS = { handle: 'The handle', name: 'The name', password: 'The password' } as const

/** What a new account's form lacks before it is worth asking the server. */
export function checkRegistration(body: Record<keyof typeof LABELS, string>): FieldErrors {
  const parsed = v.safeParse(registerBody, body)
  if (parsed.success) return {}
  const errors: FieldErrors = {}
  for (const issue of parsed.issues) {
    const field = issue.path?.[0].key
    if (field === 'handle' || field === 'name' || field === 'password')
      errors[field] ??= `${LABELS[field]} ${issue.message}.`
  }
  return errors
}

/** What a server's or a network's no means for the form. */
export function toFieldErrors(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): FieldErrors {
  switch (answer.kind) {
    case 'refused':
      return fromRefusal(answer.error)
    case 'portal':
      return { form: 'This Wi-Fi wants you to sign in to it first. Open any page in your browser, then come back.' }
    case 'unreachable':
      return {
        form: 'ChatBox cannot be reached right now. This one step needs a connection; everything after it does not.',
      }
  }
}

function fromRefusal(error: ErrorBody['error']): FieldErrors {
  switch (error.code) {
    case 'handle_taken':
      return { handle: error.message }
    case 'wrong_credentials':
    case 'password_guessed':
      return { password: error.message }
    case 'email_code':
      return { code: error.message }
    case 'email_domain':
      return { address: error.message }
    case 'invitation_needed':
    case 'invitation_invalid':
      return { invitation: error.message }
    case 'too_many_tries': {
      const seconds = Math.ceil((error.retryAfterMs ?? 0) / 1000)
      return { form: seconds > 0 ? `Too many tries. Try again in ${toDuration(seconds)}.` : error.message }
    }
    default:
      return { form: error.message }
  }
}

function toDuration(seconds: number): string {
  if (seconds < 90) return `${seconds} seconds`
  return `${Math.ceil(seconds / 60)} minutes`
}

/** What is wrong with a name, a title or a password on its own; null when nothing is. */
export function checkName(name: string): string | null {
  return problem(displayName, name, 'The name')
}

export function checkTitle(title: string): string | null {
  return problem(groupTitle, title, 'The name')
}

export function checkPassword(text: string): string | null {
  return problem(password, text, 'The password')
}

function problem(schema: v.GenericSchema<string, string>, value: string, label: string): string | null {
  const parsed = v.safeParse(schema, value)
  return parsed.success ? null : `${label} ${parsed.issues[0].message}.`
}
