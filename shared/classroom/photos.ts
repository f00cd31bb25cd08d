import * as v from 'valibot'
import { seq } from '../protocol/fields.ts'
import { fileDescription } from '../protocol/files.ts'
import { randomId } from './fields.ts'

/*
 * One photo of a question. Its content travels apart from the log and before the question, without anything that says
 * whose it is: in pieces (tus 1.0.0), under a random id that only its asker knows and that ends with the question. It was drawn
 * anew on the asker's device, and is once more on the server, which keeps it under a random id of its own: no name, no
 * time, no hash.
 */

/** Whether questions may carry photos, and whether such a question waits for staff wherever questions are shown at once. */
export const photosChoice = v.picklist(['off', 'held', 'shown'])
export type PhotosChoice = v.InferOutput<typeof photosChoice>

/** A photo that was uploaded, with a question. The description is for those who do not see it; empty is none. */
export const askedPhoto = v.object({ id: randomId, description: v.optional(fileDescription, '') })
export type AskedPhoto = v.InferOutput<typeof askedPhoto>

const pixels = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

/** A photo in a question's row. `preview` is a ThumbHash (https://evanw.github.io/thumbhash/) in base64. */
export const questionPhoto = v.object({
  id: randomId,
  width: pixels,
  height: pixels,
  preview: v.string(),
  bytes: seq,
  description: v.optional(v.string()),
})
export type QuestionPhoto = v.InferOutput<typeof questionPhoto>
