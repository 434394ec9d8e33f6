"""The paths of a range of places: 第三条至第五条 names 第三条, 第四条 and 第五条."""

from __future__ import annotations

from kb.address import to_chinese, to_number

WIDEST = 60
"""Articles of one range that are believed; a wider one gives its two ends."""


def paths_of(since: tuple[str, ...] | None, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every path from `since` to `path`, in order; `path` alone where there is no range."""
    if since is None or since == path:
        return [path]
    rung = path[-1][-1]
    if rung not in "条款章" or since[:-1] != path[:-1] or not since[-1].endswith(rung):
        return [since, path]
    try:
        low, high = (to_number(one[-1].removeprefix("第").removesuffix(rung)) for one in (since, path))
    except ValueError:  # 第一百二十条之一
        return [since, path]
    if not low < high <= low + WIDEST:
        return [since, path]
    return [(*path[:-1], f"第{to_chinese(number)}{rung}") for number in range(low, high + 1)]
