from __future__ import annotations

from pathlib import Path

from tongban.files.store import FolderStore, Quarantine


def test_papers_are_closed_to_other_users_of_the_machine(tmp_path: Path) -> None:
    FolderStore(tmp_path / "files").put(b"paper")
    Quarantine(tmp_path / "quarantine").put("0123456789", b"paper")

    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("files", "quarantine")] == [0o700, 0o700]
