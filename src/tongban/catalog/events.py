from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class Published(Event, name="catalog.Published", subject="code"):
    """An edition is what every channel shows from now on."""

    code: str
    edition: int
    version: int


@dataclass(frozen=True, kw_only=True)
class Withdrawn(Event, name="catalog.Withdrawn", subject="code"):
    """An edition is no longer offered; cases under it go on."""

    code: str
    edition: int


@dataclass(frozen=True, kw_only=True)
class Drafted(Event, name="catalog.Drafted", subject="code"):
    """A new version is being written."""

    code: str
    edition: int
    version: int


@dataclass(frozen=True, kw_only=True)
class DraftSaved(Event, name="catalog.DraftSaved", subject="code"):
    """`parts` are the keys of the document that were written; none where only its place behind the others changed."""

    code: str
    edition: int
    revision: int
    parts: list[str]


@dataclass(frozen=True, kw_only=True)
class DraftDiscarded(Event, name="catalog.DraftDiscarded", subject="code"):
    code: str
    edition: int
    version: int


@dataclass(frozen=True, kw_only=True)
class ItemCreated(Event, name="catalog.ItemCreated", subject="code"):
    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ItemRevised(Event, name="catalog.ItemRevised", subject="code"):
    """`changed`: the elements of the base item that say something else now."""

    code: str
    changed: list[str]


@dataclass(frozen=True, kw_only=True)
class ItemPlaced(Event, name="catalog.ItemPlaced", subject="code"):
    """`under`: the code of the item above it, empty at the top of the tree."""

    code: str
    under: str


@dataclass(frozen=True, kw_only=True)
class ItemAbolished(Event, name="catalog.ItemAbolished", subject="code"):
    code: str
    withdrawn: int


@dataclass(frozen=True, kw_only=True)
class Judged(Event, name="catalog.Judged", subject="scope"):
    """Someone had published editions judged again by the quality engine: of one body (its key), or `all`."""

    scope: str
    editions: int
    rules: str


@dataclass(frozen=True, kw_only=True)
class AliasAdded(Event, name="catalog.AliasAdded", subject="item"):
    """An item is found by citizens' words too."""

    item: str
    words: str


@dataclass(frozen=True, kw_only=True)
class AliasRemoved(Event, name="catalog.AliasRemoved", subject="item"):
    """An item is no longer found by these words."""

    item: str
    words: str


@dataclass(frozen=True, kw_only=True)
class CodeChanged(Event, name="catalog.CodeChanged", subject="set"):
    """A code of a set (`system/key`) was added, renamed or removed (`what`)."""

    set: str
    code: str
    name: str
    what: str


@dataclass(frozen=True, kw_only=True)
class CodeMapped(Event, name="catalog.CodeMapped", subject="set"):
    """A code becomes a code of another system's set."""

    set: str
    code: str
    target_set: str
    target: str


@dataclass(frozen=True, kw_only=True)
class CodeUnmapped(Event, name="catalog.CodeUnmapped", subject="set"):
    """It no longer does."""

    set: str
    code: str
    target_set: str
    target: str


@dataclass(frozen=True, kw_only=True)
class BulkChanged(Event, name="catalog.BulkChanged", subject="edit"):
    """A bulk edit was planned, drafted, published, undone or restored (`what`), with how many editions."""

    edit: int
    what: str
    editions: int
