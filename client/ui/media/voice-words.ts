import type { VoiceRefusal } from './voice-recorder.ts'

/** Why nothing is recorded, and what to do about it. */
export function toRefusalWords(because: VoiceRefusal): string {
  switch (because) {
    case 'denied':
      return 'The browser keeps the microphone from this page. Allow it in the settings of this site, and try again.'
    case 'no-microphone':
      return 'No microphone was found. Connect one, and try again.'
    case 'in-use':
      return 'The microphone cannot be used just now: another program may have it. Close that one, and try again.'
    case 'insecure':
      return 'Over http a page may not use the microphone. Open ChatBox by an address with https to record.'
    case 'unsupported':
      return 'This browser cannot record sound.'
    case 'nothing':
      return 'Nothing was recorded. Try again, and speak when the time runs.'
  }
}

/** Whether it may be another time. */
export function canTryAgain(because: VoiceRefusal): boolean {
  return because !== 'insecure' && because !== 'unsupported'
}
