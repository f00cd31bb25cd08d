import { isolate } from '../isolate.ts'

/** What somebody who does not see a photo is told of it: what its sender wrote, or that they wrote nothing. */
export function toPhotoAlt(description: string, sender: string): string {
  return description === '' ? `Photo from ${isolate(sender)}, no description` : description
}
