import type { ClassroomAnswer } from '../../sync/classroom/api.ts'

/** What to tell somebody whose request did not succeed. */
export function sentenceOf(answer: Exclude<ClassroomAnswer<unknown>, { kind: 'ok' }>): string {
  switch (answer.kind) {
    case 'refused':
      return answer.error.message
    case 'portal':
      return 'The Wi-Fi asks you to sign in first.'
    case 'unreachable':
      return 'The server cannot be reached. This needs the network.'
  }
}
