/** A question's text, in UTF-16 code units. */
export const QUESTION_TEXT_MAX = 2_000
/** The text of an answer or a follow-up. */
export const REPLY_TEXT_MAX = 10_000
export const CLASSROOM_TITLE_MAX = 80
/** A name that somebody puts under one question. */
export const ASKER_NAME_MAX = 60
/** Why a question is to be rephrased or was dismissed, in the teacher's words. */
export const NOTE_MAX = 500
/** Words that hold a question, and the length of each. */
export const WORDS_MAX = 200
export const WORD_MAX = 40
/** What one classroom takes. */
export const QUESTIONS_MAX = 5_000
export const REPLIES_PER_QUESTION_MAX = 200
export const POLLS_MAX = 200
export const POLL_OPTIONS_MAX = 12
export const POLL_OPTION_MAX = 120
/** A free word that answers a poll. */
export const POLL_WORD_MAX = 40
/** Of the free words of a poll so many are listed, the most frequent first. */
export const POLL_WORDS_LISTED = 60
export const STAFF_MAX = 20
/** A question's photo: pixels of its longer side, to which its asker's device shrinks it, and the server once more. */
export const QUESTION_PHOTO_SIDE_MAX = 1_600
/** A photo as it is uploaded, and one piece of it. */
export const PHOTO_UPLOAD_BYTES_MAX = 5_000_000
export const PHOTO_PIECE_BYTES_MAX = 1_000_000
/** The photos of one classroom, with what was announced. */
export const PHOTOS_BYTES_MAX = 200_000_000
/** So long after its last piece an upload that no question names is kept, give or take a step of five minutes. */
export const PHOTO_UPLOAD_KEPT_MS = 60 * 60_000
/** Between two questions in slow mode, at most. */
export const SLOW_SECONDS_MAX = 300
/** So long after its end a classroom is there to be read; then all of it is deleted. */
export const KEPT_AFTER_END_MS = 180 * 24 * 60 * 60_000
/** Times that a server stores of what students do are rounded down to so many milliseconds. */
export const TIME_STEP_MS = 5 * 60_000
/** Fewer devices than this, and a question is easily somebody's. */
export const FEW_DEVICES = 10
/** What was queued without a network goes out after a random delay of up to so long. */
export const QUEUED_DELAY_MAX_MS = 60_000
/** Tokens that each device of a member gets for one classroom, all at once; and how many devices of one member. */
export const TOKENS_PER_DEVICE = 40
export const TOKEN_DEVICES_MAX = 4
/** Commands of students that one classroom takes in a window before each costs a proof of work. */
export const FREE_COMMANDS = 60
export const FREE_COMMANDS_WINDOW_MS = 10_000
/** Wrong codes that one address may try in a minute. */
export const CODE_GUESSES_PER_MINUTE = 20
/** One command with its token and its proof of work, in bytes. */
export const CLASSROOM_BODY_BYTES_MAX = 64 * 1024
/** Rows in a page of a pull. */
export const CLASSROOM_PAGE_ROWS = 500
