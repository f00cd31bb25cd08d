/**
 * What shows nothing by its Unicode properties: white space, controls, default ignorable characters (joiners, fillers
 * of Hangul, selectors), formats that are drawn as nothing; and the few letters and symbols whose drawing is blank.
 */
const SHOWS_NOTHING =
  /[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb\u{1d159}\u{13430}-\u{1343f}\u{13441}\u{13442}]+/gu

/** Whether nothing of a text would be seen. The one rule for every name and text, on devices and on the server. */
export function isBlank(text: string): boolean {
  return text.replace(SHOWS_NOTHING, '') === ''
}
