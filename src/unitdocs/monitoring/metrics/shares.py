"""Which share of the players a flag gives the refactored system to, in one environment and at one time."""

from unitdocs.flags.flag import Flag


def share_in_force(flag: Flag, environment: str, now: float) -> int:
    """Return the buckets that get the refactored system: 0 to 10,000, as `Flag.choose` decides for a player.

    Keys that are allowed or denied by name are in no share. A flag that is killed, or not started, gives it to none.

    Args:
        flag: the flag.
        environment: name of the environment, such as `production`.
        now: seconds since 1970.
    """
    if flag.killed is not None or (flag.start is not None and now < flag.start):
        return 0
    return flag.shares.get(environment, flag.share)
