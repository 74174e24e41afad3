"""Where in a draft file something is wrong, told as an editor counts."""

from onering_cli.errors import UsageError
from onering_cli.record import record


class DraftFileError(UsageError):
    """A draft file cannot be read as one.

    Args:
        message: What is wrong, without the place.
        name: The file, or what stands for it.
        line: From 1.
        column: From 1, in characters.
        hint: What the user can do next.
    """

    code = "draft_file"

    def __init__(self, message: str, *, name: str, line: int, column: int, hint: str = "") -> None:
        super().__init__(
            f"{name}, line {line}, column {column}: {message}",
            hint=hint,
            details={"line": line, "column": column},
        )
        self.line = line
        self.column = column


@record
class SourceText:
    """A draft file's text, with single line feeds for line breaks, and the name that errors give it."""

    name: str
    text: str

    def error(self, offset: int, message: str, *, hint: str = "") -> DraftFileError:
        """An error at the character with this index."""
        line_start = self.text.rfind("\n", 0, offset) + 1
        return DraftFileError(
            message,
            name=self.name,
            line=self.text.count("\n", 0, offset) + 1,
            column=offset - line_start + 1,
            hint=hint,
        )
