from collections.abc import Sequence

from npqh_portal.errors import RuleViolation


class FrameworkFaulty(RuleViolation):
    """A framework file that does not fit together; `faults` are whole, each with its line and field."""

    def __init__(self, name: str, faults: Sequence[str]) -> None:
        self.faults = [f"{name}, {fault}" for fault in faults]
        super().__init__("\n".join(self.faults))


class ProgrammeDiffers(RuleViolation):
    def __init__(self, code: str, name: str) -> None:
        super().__init__(
            f"There is a programme {code} already: {name}. Its name, award and framework stand; "
            "write them the same in the file, or give it another code."
        )


class LabelTaken(RuleViolation):
    """A changed file has the label of a version that never changes any more."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"Version {label} has been published, and the file differs from it. A published version never changes: "
            "give the changed file a new label."
        )


class DraftEdited(RuleViolation):
    def __init__(self, version: str) -> None:
        super().__init__(
            f"{version} was made or edited in the administration since a file was last loaded for it. "
            "Give the changed file a new label."
        )


class LabelFaulty(RuleViolation):
    def __init__(self) -> None:
        super().__init__("A label has from 1 to 40 small letters, digits and hyphens, as in 2027-spring.")


class LabelInUse(RuleViolation):
    def __init__(self, version: str) -> None:
        super().__init__(f"There is a version {version} already. Choose another label.")


class VersionNotDraft(RuleViolation):
    def __init__(self, version: str, state: str) -> None:
        super().__init__(f"{version} is already {state.lower()}. Only a draft can be published.")


class VersionFaulty(RuleViolation):
    """A draft that does not fit together. What is wrong stands on its page, in the words of whoever reads it there."""

    def __init__(self, version: str, count: int) -> None:
        things = "one thing in it does" if count == 1 else f"{count} things in it do"
        super().__init__(f"{version} cannot be published yet: {things} not fit together.")


class VersionFrozen(RuleViolation):
    def __init__(self, version: str, state: str) -> None:
        super().__init__(f"{version} is {state.lower()} and never changes. Copy it to a new draft, and edit that.")


class ChangedSince(RuleViolation):
    """Somebody else has saved what is to be overwritten."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"Somebody has changed {what} since you opened this page. Nothing of yours is saved, and what you typed is "
            "still here: open the page once more beside this one, and enter there what is still to change."
        )


class DraftChanged(RuleViolation):
    def __init__(self, text: str) -> None:
        super().__init__(
            f"Somebody has changed the draft of {text} since you opened this page. Read what it says now, below, "
            "and decide again."
        )


class CourseHasItems(RuleViolation):
    def __init__(self, course: str, count: int) -> None:
        items = "1 item" if count == 1 else f"{count} items"
        super().__init__(f"{course} still has {items}. Delete them or put them into another course first.")


class VersionNotPublished(RuleViolation):
    def __init__(self, version: str, state: str) -> None:
        what = "a draft" if state.lower() == "draft" else f"already {state.lower()}"
        super().__init__(f"{version} is {what}. Only a published version can be retired.")


class IntakeNotOver(RuleViolation):
    def __init__(self, version: str, intake: str) -> None:
        super().__init__(
            f"Applications for {intake} are open or still to come, and it is an intake of {version}. "
            "Close the intake first: set the moment when it closes to one in the past."
        )


class UnknownFigures(RuleViolation):
    """What stands in braces and for nothing, as it is written; `known` are the names that stand for something."""

    def __init__(self, braced: Sequence[str], known: Sequence[str]) -> None:
        verb = "is no figure" if len(braced) == 1 else "are no figures"
        figures = ", ".join(f"{{{name}}}" for name in known)
        super().__init__(f"{', '.join(braced)} {verb} of the programme. The figures are {figures}.")


class PicturesInText(RuleViolation):
    def __init__(self, pictures: Sequence[str]) -> None:
        super().__init__(f"A page’s text cannot show pictures. Take out what begins with {' and '.join(pictures)}.")


class WordsUnchanged(RuleViolation):
    def __init__(self, text: str) -> None:
        super().__init__(f"{text} says exactly this already. Change the words, or leave them as they are.")


class DraftGone(RuleViolation):
    def __init__(self, text: str) -> None:
        super().__init__(f"The draft of {text} has been discarded, so there is nothing to publish.")


class RevisionPublished(RuleViolation):
    def __init__(self, revision: str) -> None:
        super().__init__(f"{revision} is published. What the page has said is kept: write a new draft in its place.")


# Pages to study


class NoSuchModule(RuleViolation):
    def __init__(self, code: str) -> None:
        super().__init__(f"No version has an item {code} that is studied page by page. Choose another.")


class PageIncomplete(RuleViolation):
    def __init__(self) -> None:
        super().__init__("A page needs a title, words, and at least one minute.")


class PageUnpublished(RuleViolation):
    def __init__(self, page: str) -> None:
        super().__init__(f"Nobody has seen {page} yet, so there is nothing to retire. Discard its draft instead.")


class PageRetired(RuleViolation):
    def __init__(self, page: str) -> None:
        super().__init__(f"{page} is retired. Take it back first, then add files to it.")


class UnknownFiles(RuleViolation):
    """Names in a page's words that no file beside it has; a picture must be a picture's."""

    def __init__(self, names: Sequence[str], known: Sequence[str]) -> None:
        verb = "is no file" if len(names) == 1 else "are no files"
        beside = f"Beside it are {', '.join(known)}." if known else "There are none yet: add them, then name them."
        super().__init__(f"{', '.join(names) or 'A file without a name'} {verb} of this kind beside the page. {beside}")


class PictureFromElsewhere(RuleViolation):
    def __init__(self, sources: Sequence[str]) -> None:
        super().__init__(
            f"Pictures come from files beside the page, as in ![what it shows](file:name.png). Add the picture there "
            f"in place of {' and '.join(source or 'an empty address' for source in sources)}."
        )


class PicturesWithoutWords(RuleViolation):
    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"Say in the square brackets what {' and '.join(names)} shows, for those who cannot see it: "
            f"![what it shows](file:{names[0]})."
        )


class FileNameTaken(RuleViolation):
    def __init__(self, name: str) -> None:
        super().__init__(f"Another file beside this page is called {name}. Give yours another name, then add it.")


class FileInUse(RuleViolation):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} stands in a draft or in something that was published, which is kept. It stays.")


class PolicyOfDraft(RuleViolation):
    def __init__(self, version: str) -> None:
        super().__init__(f"{version} is a draft itself, and so is its policy. Edit that beside its other parts.")


class PolicyDraftedAlready(RuleViolation):
    def __init__(self, version: str) -> None:
        super().__init__(f"A new policy for {version} is being drafted already. Edit that draft, or discard it first.")


class PolicyInForce(RuleViolation):
    def __init__(self, policy: str) -> None:
        super().__init__(f"{policy} was adopted and never changes. Draft a new one in its place.")


class PolicyFaulty(RuleViolation):
    def __init__(self, policy: str, count: int) -> None:
        things = "one thing in it does" if count == 1 else f"{count} things in it do"
        super().__init__(f"{policy} cannot be adopted yet: {things} not fit together. Edit it first.")
