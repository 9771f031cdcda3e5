"""The flag through OpenFeature's API, for games that ask for all their flags there. Needs the extra `flags`.

flagd's own provider for files is not used: it never loads a file that has an older time than the one before.
"""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEventDetails
from openfeature.exception import FlagNotFoundError, TypeMismatchError
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType
from openfeature.flag_evaluation import Reason as Outcome
from openfeature.provider import AbstractProvider, Metadata

from unitdocs.flags.choosing import Choice, SystemChooser
from unitdocs.flags.flag import NAME, Reason
from unitdocs.settings import load

OUTCOMES: Final = {
    Reason.ARGUMENT: Outcome.STATIC,
    Reason.KILLED: Outcome.DISABLED,
    Reason.SETTING: Outcome.STATIC,
    Reason.DENIED: Outcome.TARGETING_MATCH,
    Reason.ALLOWED: Outcome.TARGETING_MATCH,
    Reason.NOT_STARTED: Outcome.TARGETING_MATCH,
    Reason.SHARE: Outcome.SPLIT,
    Reason.DEFAULT: Outcome.DEFAULT,
    Reason.FAULT: Outcome.ERROR,
}
"""OpenFeature's word for each reason."""


class FlagProvider(AbstractProvider):
    """Answers the flag `unit-system` with `original` or `refactored`, as `choose_system` does.

    On a fault the answer is `original` with the reason ERROR, not the default of the call: a default that names the
    refactored system would put it in force exactly when nobody can turn it off. The details are in `flag_metadata`:
    `reason`, `version` and `detail`. A changed version of the flag is announced as PROVIDER_CONFIGURATION_CHANGED when
    the flag is next asked for.

    Args:
        file: the flag file (default: that of the settings).

    Raises:
        InputError: a setting is wrong.
    """

    def __init__(self, file: Path | None = None) -> None:
        super().__init__()
        self._chooser = SystemChooser(load(flag_file=file))
        self._announcing = threading.Lock()
        self._version: int | None = None

    def get_metadata(self) -> Metadata:
        """Return the provider's name."""
        return Metadata(name="unitdocs")

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        """Return the system of the context's targeting key; see the class for faults.

        Raises:
            FlagNotFoundError: the flag has another name.
        """
        del default_value
        if flag_key != NAME:
            raise FlagNotFoundError(f"there is no flag {flag_key!r}; this provider has {NAME!r}")
        context = evaluation_context or EvaluationContext()
        choice = self._chooser.choose(context.targeting_key or "", context.attributes)
        self._announce(choice.flag_version)
        return FlagResolutionDetails(
            value=choice.system,
            variant=choice.variant,
            reason=OUTCOMES[choice.reason],
            flag_metadata=_described(choice),
        )

    def _announce(self, version: int | None) -> None:
        with self._announcing:
            is_changed = self._version not in (None, version)
            self._version = version
        if is_changed:
            self.emit_provider_configuration_changed(ProviderEventDetails(flags_changed=[NAME]))

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,  # noqa: FBT001 -- the signature of OpenFeature
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        """Refuse: the flag is a text.

        Raises:
            TypeMismatchError: always.
        """
        raise _mismatch(flag_key, default_value, evaluation_context)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[int]:
        """Refuse: the flag is a text.

        Raises:
            TypeMismatchError: always.
        """
        raise _mismatch(flag_key, default_value, evaluation_context)

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[float]:
        """Refuse: the flag is a text.

        Raises:
            TypeMismatchError: always.
        """
        raise _mismatch(flag_key, default_value, evaluation_context)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """Refuse: the flag is a text.

        Raises:
            TypeMismatchError: always.
        """
        raise _mismatch(flag_key, default_value, evaluation_context)


def _described(choice: Choice) -> dict[str, bool | int | float | str]:
    described: dict[str, bool | int | float | str] = {"reason": choice.reason.value}
    if choice.flag_version is not None:
        described["version"] = choice.flag_version
    if choice.detail:
        described["detail"] = choice.detail
    return described


def _mismatch(flag_key: str, _default: object, _context: EvaluationContext | None) -> TypeMismatchError:
    return TypeMismatchError(f"the flag {flag_key!r} is a text; ask for a string")
