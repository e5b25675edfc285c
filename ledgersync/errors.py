"""Every error that this program raises on purpose.

    LedgerSyncError
    |-- SettingsInvalid             the environment or .env has a value we refuse
    |-- ProfileInvalid              the feed profile (TOML) has a wrong key or value
    |-- NotPermitted                this person may not do this
    |   |-- SignedOut               the sign-in is over: idle, too long, or ended
    |   |-- SignInRefused           nobody here, another account, disabled, or not confirmed
    |   `-- SignInFailed            the company's sign-in did not complete, or does not answer
    |-- NotFound                    no such client, account, export ... in this person's scope
    |-- InvalidInput                a person typed or chose something that can't be taken
    |-- DecisionsChanged            a colleague saved these rows in between
    |-- RulesChanged                a colleague changed this rule, or the rules, in between
    |-- ListChanged                 a colleague changed this vendor or GL account in between
    |-- PeopleChanged               a colleague changed what somebody may see or use in between
    |-- VaultError
    |   |-- KeyMissing              the encryption key that sealed this is not here
    |   |-- KeyUnsafe               the key file can be read by others, or is a link
    |   |-- KeyMismatch             a key with the right name but other content
    |   |-- KeyInUse                a key that something still needs can't be taken away
    |   |-- RotationFailed          not everything could be sealed anew, so nothing was
    |   `-- SealBroken              the sealed text was changed, moved or put back
    |-- FeedError
    |   |-- LogInRefused            LedgerSync said no; `why` tells which no
    |   |-- StoredPasswordRefused   LedgerSync no longer takes the stored password
    |   |-- FeedForbidden           signed in, but not allowed to see this
    |   |-- FeedUnreachable         no answer, or only server errors
    |   |-- FeedThrottled           LedgerSync asks to wait longer than we can
    |   |-- FeedNotUnderstood       an answer that the profile does not describe
    |   `-- FeedIncomplete          lists that kept changing or repeating while read
    |-- ImportRejected              a file as a whole can't be taken in
    |-- ExportRefused               pre-flight findings block the file
    |-- NothingToExport             every row is exported, excluded or still to review
    `-- StorageError
        |-- DatabaseUnavailable     locked, full, gone, or not answering
        `-- SchemaMismatch          the database is newer than this program, or not upgraded

Each carries one sentence for people, the next step, and a short code that support can look up.
Arguments never hold secrets: messages travel to pages, logs and terminals.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class LedgerSyncError(Exception):
    """Base of the tree: `sentence` says what happened and where, `next_step` what to do."""

    code: ClassVar[str] = "LS-000"

    def __init__(self, sentence: str, next_step: str = "") -> None:
        super().__init__(sentence, next_step)
        self.sentence = sentence
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.sentence} {self.next_step}".rstrip()


class SettingsInvalid(LedgerSyncError):
    code = "LS-100"


class ProfileInvalid(LedgerSyncError):
    code = "LS-110"


class NotPermitted(LedgerSyncError):
    code = "LS-200"


class SignedOut(NotPermitted):
    code = "LS-201"


class SignInRefused(NotPermitted):
    code = "LS-202"


class SignInFailed(NotPermitted):
    code = "LS-203"


class NotFound(LedgerSyncError):
    code = "LS-210"


class InvalidInput(LedgerSyncError):
    code = "LS-220"


class DecisionsChanged(LedgerSyncError):
    code = "LS-230"


class RulesChanged(LedgerSyncError):
    code = "LS-231"


class ListChanged(LedgerSyncError):
    code = "LS-232"


class PeopleChanged(LedgerSyncError):
    code = "LS-233"


class VaultError(LedgerSyncError):
    code = "LS-300"


class KeyMissing(VaultError):
    """The key named `key_id` is in none of the places where keys are kept."""

    code = "LS-310"

    def __init__(self, key_id: str, sentence: str = "", next_step: str = "") -> None:
        super().__init__(
            sentence or f"The encryption key {key_id} was not found.",
            next_step
            or "Restore the key from its recovery kit, or enter the password again in Settings.",
        )
        self.key_id = key_id


class KeyUnsafe(VaultError):
    code = "LS-320"


class KeyMismatch(VaultError):
    code = "LS-330"


class SealBroken(VaultError):
    code = "LS-340"


class KeyInUse(VaultError):
    code = "LS-350"


class RotationFailed(VaultError):
    """Of `found` sealed values, `resealed` would have worked and `failed` did not."""

    code = "LS-360"

    def __init__(self, sentence: str, next_step: str, found: int, failed: int) -> None:
        super().__init__(sentence, next_step)
        self.found = found
        self.failed = failed
        self.resealed = found - failed


class FeedError(LedgerSyncError):
    code = "LS-400"


class Refusal(StrEnum):
    """Why LedgerSync refused a log-in, as far as its answer says."""

    WRONG_CREDENTIALS = "wrong_credentials"
    LOCKED = "locked"
    SUSPENDED = "suspended"


class LogInRefused(FeedError):
    code = "LS-410"

    def __init__(self, why: Refusal, sentence: str, next_step: str) -> None:
        super().__init__(sentence, next_step)
        self.why = why


class StoredPasswordRefused(FeedError):
    code = "LS-411"


class FeedForbidden(FeedError):
    code = "LS-412"


class FeedUnreachable(FeedError):
    code = "LS-420"


class FeedThrottled(FeedError):
    """LedgerSync asked for a pause that is longer than this operation may take."""

    code = "LS-421"

    def __init__(self, sentence: str, next_step: str, until: datetime) -> None:
        super().__init__(sentence, next_step)
        self.until = until


class FeedNotUnderstood(FeedError):
    code = "LS-430"


class FeedIncomplete(FeedError):
    code = "LS-431"


class ExportRefused(LedgerSyncError):
    code = "LS-500"


class NothingToExport(LedgerSyncError):
    code = "LS-510"


class ImportRejected(LedgerSyncError):
    code = "LS-520"


class StorageError(LedgerSyncError):
    code = "LS-600"


class DatabaseUnavailable(StorageError):
    """`details` are for whoever runs the server: where it is and what it said; pages have none."""

    code = "LS-610"

    def __init__(self, sentence: str, next_step: str = "", details: str = "") -> None:
        super().__init__(sentence, next_step)
        self.details = details

    def __str__(self) -> str:
        return " ".join(part for part in (self.sentence, self.details, self.next_step) if part)


class SchemaMismatch(StorageError):
    code = "LS-620"
