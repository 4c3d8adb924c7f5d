"""The flow is counted now, inside the instance: `python -m tests.browser.flow_counted` prints how much was new."""

from __future__ import annotations


def main() -> None:
    import django

    django.setup()
    from tongban.analytics import flow_counting
    from tongban.kernel import clock

    print(flow_counting.catch_up(now=clock.now()))


if __name__ == "__main__":
    main()
