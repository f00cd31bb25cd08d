/** Longest message, in UTF-16 code units (what `String.length` counts). */
export const MESSAGE_TEXT_MAX = 10_000
/** Handles are 3 to 30 of a-z, 0-9, `.`, `_`, `-`, and start with a letter. */
export const HANDLE_MIN = 3
export const HANDLE_MAX = 30
/** Display names and group titles, in UTF-16 code units. */
export const NAME_MAX = 60
export const TITLE_MAX = 80
/** Passwords count in full; the upper end only bounds the work of hashing. */
export const PASSWORD_MIN = 8
export const PASSWORD_MAX = 1_000

/** Most people in a group, its creator included. Everyone has no such bound: it keeps no member rows. */
export const GROUP_MEMBERS_MAX = 250

/** A client frame or a single command, in bytes of UTF-8. A larger frame closes the socket with 1009. */
export const FRAME_BYTES_MAX = 64 * 1024
/** The body of any HTTP request, in bytes. A larger one is refused with `too_large`. */
export const BODY_BYTES_MAX = 1024 * 1024
/** Commands in one `POST /api/commands`. */
export const COMMANDS_PER_REQUEST_MAX = 100
/** Commands that one socket may have unanswered. One more closes it with 4429. */
export const COMMANDS_IN_FLIGHT_MAX = 200
/** Open sockets and long polls of one session. One more is refused with 4429. */
export const SOCKETS_PER_SESSION_MAX = 20

/** Most rows in a page of a pull. */
export const PULL_PAGE_ROWS = 500
/** Messages that a newcomer to a conversation, or a new device, gets at once. */
export const NEWEST_PAGE_MESSAGES = 50
/** Conversations in one page of a first pull, each with its newest messages. */
export const FIRST_PULL_CONVERSATIONS = 20
/** People in one page of a first pull. */
export const FIRST_PULL_USERS = 2_000
/** Most messages in a page of history. */
export const HISTORY_PAGE_MESSAGES = 200

/** The server pings each socket so often, and closes one that has not answered after the next interval. */
export const HEARTBEAT_MS = 15_000
/** A client that has heard nothing for so long takes the socket for dead. */
export const SILENCE_MAX_MS = 35_000
/** How long a long poll is held open when there is nothing to tell. */
export const LONG_POLL_MS = 25_000
/** The first frame on a socket must arrive within this time, or it closes with 4408. */
export const HELLO_WITHIN_MS = 10_000
