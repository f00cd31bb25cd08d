import { CLASSROOM_HEADER, CLASSROOM_VERSION, CLASSROOM_VERSION_MIN } from '../../shared/classroom/version.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../shared/protocol/version.ts'

/*
 * The version before, as whoever speaks the newest meets it: it answers no hello of the newest, has never heard of
 * lineages, and says in its header what it is. Processes are updated one after another, so one meets both.
 */

/** A request as the version before understands it. Changes the headers. */
export function toOlderRequest(
  path: string,
  headers: Headers,
  body: string | undefined,
): { path: string; body: string | undefined } {
  if (headers.has(PROTOCOL_HEADER)) headers.set(PROTOCOL_HEADER, String(PROTOCOL_VERSION_MIN))
  headers.delete('accept')
  if (headers.has(CLASSROOM_HEADER)) headers.set(CLASSROOM_HEADER, String(CLASSROOM_VERSION_MIN))
  const [route = '', query] = path.split('?')
  const asked = new URLSearchParams(query)
  asked.delete('lineage')
  asked.delete('far')
  return {
    path: query === undefined ? route : `${route}?${asked.toString()}`,
    body: body === undefined ? undefined : without(body, 'lineage', 'cursor'),
  }
}

/** What the version before says, or hears of it: without what came later. */
export function toOlderText(text: string): string {
  return without(text, 'lineage', 'known')
}

/** Whether this is a hello that the version before does not understand. */
export function isNewerHello(socketPath: string, text: string): boolean {
  const { type, protocol } = JSON.parse(text) as { type: string; protocol?: number }
  return type === 'hello' && protocol === (isOfClassroom(socketPath) ? CLASSROOM_VERSION : PROTOCOL_VERSION)
}

function isOfClassroom(path: string): boolean {
  return path.startsWith('/q/') || path.startsWith('/api/classrooms/')
}

function without(text: string, ...names: readonly string[]): string {
  const content = JSON.parse(text) as Record<string, unknown>
  return JSON.stringify(Object.fromEntries(Object.entries(content).filter(([name]) => !names.includes(name))))
}
