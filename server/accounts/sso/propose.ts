import * as v from 'valibot'
import { displayName, handle } from '../../../shared/protocol/fields.ts'
import { HANDLE_MAX, NAME_MAX } from '../../../shared/protocol/limits.ts'

/** What somebody may want to be called here, by what a single sign-on calls them; empty where nothing of it can be. */
export function propose({ username, name }: { username: string; name: string }): { handle: string; name: string } {
  const plain = (username.split('@')[0] ?? '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z]+|[._-]+$/g, '')
    .slice(0, HANDLE_MAX)
  return { handle: valid(handle, plain), name: valid(displayName, name.slice(0, NAME_MAX)) }
}

function valid(schema: v.GenericSchema<string, string>, text: string): string {
  const parsed = v.safeParse(schema, text)
  return parsed.success ? parsed.output : ''
}
