import * as v from 'valibot'
import { cleanLine } from './clean-text.ts'

/** A name or a title: something to be seen, without line breaks, of so many UTF-16 code units at most. */
export const oneLine = (max: number) =>
  v.pipe(v.string(), v.transform(cleanLine), v.minLength(1, 'is empty'), v.maxLength(max, 'is too long'))
