/**
 * The version of a classroom's own contract, which both ends say in their first words. It changes
 * whenever a schema of this folder does; `tests/shared/classroom-version.test.ts` holds the fingerprint of each.
 *
 * 1: questions, replies, votes, polls, staff; tokens.
 * 2: a cursor carries its lineage; `live`, `probe`, and pings that move the cursor, as on the campus.
 * 3: files with answers of staff; a photo with a question.
 */
export const CLASSROOM_VERSION = 3
export const CLASSROOM_VERSION_MIN = 1
/**
 * Every answer carries the version in this header; one without it comes from somebody else, such as a captive portal. A
 * request says with it which version its sender speaks; without it that is version 1.
 */
export const CLASSROOM_HEADER = 'x-chatbox-classroom'
