"""Every click is carried out whole, also when the next one is there before it is done.

Streamlit ends a run at the page's next look into the session's state once another message waits,
and a callback is no exception: one that was interrupted is not called again, because by then its
widget no longer counts as changed. A person who ticks a row and at once presses a button loses
either of the two. So nothing interrupts from the arrival of a click to the end of its callback;
the waiting message has its turn right after.
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import Concatenate, ParamSpec

from streamlit.runtime.state.safe_session_state import SafeSessionState

P = ParamSpec("P")

_DISTURB = "_yield_callback"


@cache
def install() -> None:
    """Once for the whole process: Streamlit offers no setting for it."""
    whole = _undisturbed(SafeSessionState.on_script_will_rerun)
    SafeSessionState.on_script_will_rerun = whole  # type: ignore[assignment, method-assign]


def _undisturbed(
    take_in: Callable[Concatenate[SafeSessionState, P], None],
) -> Callable[Concatenate[SafeSessionState, P], None]:
    """The same, during which a look into the session's state ends nothing."""

    @wraps(take_in)
    def whole(state: SafeSessionState, /, *args: P.args, **kwargs: P.kwargs) -> None:
        disturb = getattr(state, _DISTURB)
        # Not by its name: that would set a value of the session.
        object.__setattr__(state, _DISTURB, lambda: None)
        try:
            take_in(state, *args, **kwargs)
        finally:
            object.__setattr__(state, _DISTURB, disturb)

    return whole
