"""`tongban sso`: which keys stand, and the next one takes over."""

from __future__ import annotations

import argparse

import pytest

from tests.people import Cast
from tongban.single_sign_on import actions
from tongban.site.cli import sso


def test_the_next_key_takes_over_and_the_old_one_is_still_listed(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    first = actions.signing_key(now=cast.now)

    assert sso._rotate(argparse.Namespace(compromised=False)) == 0
    assert sso._keys(argparse.Namespace()) == 0
    lines = capsys.readouterr().out.splitlines()

    assert [line.split("\t")[1][:4] for line in lines[1:]] == ["下一把", "正在签名", "已换下，"]
    assert lines[0].startswith(f"从现在起用 {lines[2].split()[0]} 签名")
    assert lines[3].startswith(first.kid)
