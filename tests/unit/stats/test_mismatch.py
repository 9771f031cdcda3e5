"""Mismatch of assignment: seldom seen where there is none, whenever somebody looks, and soon where there is one."""

import numpy as np

from unitdocs.stats import AssignmentCell, mismatch_p, share_of

STREAMS, LOOKS, LEVEL = 2_000, 60, 0.05
SHARES = (0.01, 0.1, 0.5)


def least(treated: np.ndarray, sessions: int) -> float:
    """Return the least p-value over all looks; each stage has a third of them."""
    cells: list[AssignmentCell] = []
    found = 1.0
    for place, share in enumerate(SHARES):
        part = treated[place * LOOKS // 3 : (place + 1) * LOOKS // 3].cumsum()
        for day, count in enumerate(part, start=1):
            found = min(found, mismatch_p([*cells, AssignmentCell(sessions * day - int(count), int(count), share)]))
        cells.append(AssignmentCell(sessions * len(part) - int(part[-1]), int(part[-1]), share))
    return found


def drawn(seed: int, lost: float, streams: int) -> np.ndarray:
    """Return the treated sessions of each day; some are lost."""
    shares = np.repeat(SHARES, LOOKS // 3) * (1 - lost)
    return np.random.default_rng(seed).binomial(5_000, shares, (streams, LOOKS))


def test_true_shares_are_seldom_called_a_mismatch_at_any_of_60_looks() -> None:
    called = sum(least(stream, 5_000) < LEVEL for stream in drawn(1, 0.0, STREAMS))
    assert share_of(called, STREAMS).high <= LEVEL


def test_an_arm_that_loses_three_percent_of_its_sessions_is_found() -> None:
    assert all(least(stream, 5_000) < 0.001 for stream in drawn(2, 0.03, 50))


def test_a_session_on_a_side_without_a_share_is_a_mismatch_at_once() -> None:
    assert mismatch_p([AssignmentCell(1_000, 0, 0.0)]) == 1
    assert mismatch_p([AssignmentCell(1_000, 1, 0.0)]) < 1e-300
    assert mismatch_p([AssignmentCell(1, 1_000, 1.0)]) < 1e-300


def test_without_sessions_there_is_no_mismatch() -> None:
    assert mismatch_p([]) == 1
    assert mismatch_p([AssignmentCell(0, 0, 0.5)]) == 1
