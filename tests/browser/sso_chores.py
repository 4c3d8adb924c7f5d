"""Try the logout notices that wait again, inside the instance, whose clock stands still: `python -m tests.browser.sso_chores`."""

from __future__ import annotations


def main() -> None:
    import django

    django.setup()
    from tongban.kernel import clock
    from tongban.single_sign_on import actions

    print(actions.try_again(now=clock.now()))


if __name__ == "__main__":
    main()
