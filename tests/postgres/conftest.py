import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import supervision
from tongban.kernel.postgres import ServerError, choose


@pytest.fixture
def start() -> Iterator[supervision.Start]:
    with supervision.supervisors() as begin:
        yield begin


@pytest.fixture(params=supervision.USERS)
def user(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["system", "wheel"])
def lane(request: pytest.FixtureRequest) -> str:
    try:
        choose({"PATH": os.environ["PATH"], "TONGBAN_POSTGRES": request.param})
    except ServerError as error:
        pytest.skip(str(error))
    return str(request.param)


@pytest.fixture
def folder() -> Iterator[Path]:
    """An open folder of root's (or ours). pytest's tmp_path is closed to other users."""
    made = Path(tempfile.mkdtemp(prefix="tongban-test-")).resolve()
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def data(folder: Path, request: pytest.FixtureRequest) -> Path:
    """A data folder that belongs to the test's user."""
    made = folder / "data"
    made.mkdir(mode=0o755)
    if supervision.ROOT and "user" in request.fixturenames:
        entry = pwd.getpwnam(request.getfixturevalue("user"))
        shutil.chown(made, entry.pw_uid, entry.pw_gid)
    return made


@pytest.fixture(scope="session", autouse=True)
def _packages() -> Iterator[None]:
    yield
    supervision.forget_portable()
