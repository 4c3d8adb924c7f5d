"""Items are found by words, two characters, initials, pinyin and citizens' own names; nothing typed does harm."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import Cast, publish
from tongban.catalog import actions, indexing, queries, searching, words
from tongban.catalog.facets import Filters
from tongban.catalog.models import Edition, Opened, SearchEntry
from tongban.kernel.actors import system
from tongban.kernel.refusals import NotFound
from tongban.orgs.models import Body, Region

ITEMS = {
    "公共场所卫生许可": ["开理发店", "美容院许可"],
    "个体工商户注册登记": ["办营业执照", "开店"],
    "城镇职工退休申请": ["办退休"],
    "老年人优待证办理": ["老年证"],
    "生育登记": ["准生证"],
    "残疾人证办理": [],
    "占用城市绿地审批": [],
    "小餐饮备案": ["路边摊"],
    "新生儿入户登记": ["上户口"],
    "Python 培训机构备案": [],
}


@pytest.fixture
def catalogue(cast: Cast) -> Iterator[Cast]:
    """Ten items more than the food licence of the cast."""
    for n, (name, aliases) in enumerate(ITEMS.items()):
        publish(
            cast.body, now=cast.now, code=f"99013100200{n}", name=name, aliases=aliases,
            **({"connection": "guide_only"} if n % 2 else {}),
        )  # fmt: skip
    yield cast


def names(typed: str, **options: object) -> list[str]:
    return [found.name for found in queries.find(typed=typed, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("食品经营许可新办", "食品经营许可新办"),  # the whole name
        ("食品经营", "食品经营许可新办"),
        ("食品", "食品经营许可新办"),  # two characters
        ("绿地", "占用城市绿地审批"),
        ("开饭店", "食品经营许可新办"),  # citizens' words
        ("办营业执照", "个体工商户注册登记"),
        ("准生证", "生育登记"),
        ("我要开饭店", "食品经营许可新办"),
        ("怎么办退休", "城镇职工退休申请"),
        ("spjyxk", "食品经营许可新办"),  # initials
        ("SPJY", "食品经营许可新办"),
        ("jyxk", "食品经营许可新办"),  # from the middle
        ("shipinjingying", "食品经营许可新办"),  # pinyin
        ("tuixiu", "城镇职工退休申请"),
        ("kaifandian", "食品经营许可新办"),  # pinyin of an alias
        ("python", "Python 培训机构备案"),
        ("残疾人证", "残疾人证办理"),
        ("  食品  ", "食品经营许可新办"),
        ("食品，经营！", "食品经营许可新办"),
    ],
)
def test_an_item_is_found(catalogue: Cast, typed: str, first: str) -> None:
    assert names(typed)[:1] == [first]


@pytest.mark.parametrize("typed", ["火箭发射", "zzzz", "!!!", "？", "的", "🚀"])
def test_what_is_not_there_is_not_found(catalogue: Cast, typed: str) -> None:
    assert names(typed) == []


def test_a_name_that_is_typed_exactly_comes_before_those_that_contain_it(catalogue: Cast) -> None:
    publish(catalogue.body, now=catalogue.now, code="990131009001", name="生育登记查询与补办")

    assert names("生育登记")[0] == "生育登记"
    assert set(names("生育登记")) == {"生育登记", "生育登记查询与补办"}


def test_a_withdrawn_item_is_found_no_more(catalogue: Cast) -> None:
    actions.withdraw(Edition.objects.get(name="生育登记"), by=system("tests"), now=catalogue.now)

    assert "生育登记" not in names("生育登记")
    assert "生育登记" not in names("", limit=100)


def test_a_list_continues_without_loss_or_repeats(catalogue: Cast) -> None:
    everything = set(ITEMS) | {"食品经营许可新办"}
    for typed in ("", "食品"):
        seen: list[str] = []
        after = ""
        while page := queries.find(typed=typed, limit=3, after=after):
            seen += [found.name for found in page]
            after = page[-1].after
        assert sorted(seen) == sorted(everything)  # every guide of the cast asks for 食品安全管理制度


def test_without_words_what_can_be_applied_for_here_comes_first(catalogue: Cast) -> None:
    connections = [found.connection for found in queries.find(limit=100)]

    assert connections == sorted(connections, key=lambda one: one != "here")
    assert {found.connection for found in queries.find(limit=100, here_only=True)} == {"here"}


def test_a_region_finds_what_is_done_there(catalogue: Cast) -> None:
    assert "食品经营许可新办" in names("食品", region="500199")
    assert names("食品", region="500106") == []
    assert names("", region="%") == []


def test_an_audience_finds_its_own(catalogue: Cast) -> None:
    publish(catalogue.body, now=catalogue.now, code="990131009002", name="企业专项", audience=["2"])

    assert "企业专项" in names("企业专项", audience="2")
    assert names("企业专项", audience="1") == []


@pytest.mark.parametrize(
    "typed",
    ["'; DROP TABLE catalog_edition; --", "%", "_", "\\", "食品%' OR 1=1", "a & | ! ( ) : *", "''", "$$", "<->", "x':*",
     "食\0品", "{columns}", "%(typed)s", "1" * 500, "食品" * 200],
)  # fmt: skip
def test_what_looks_like_sql_is_only_words(catalogue: Cast, typed: str) -> None:
    names(typed)
    assert Edition.objects.count() == len(ITEMS) + 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(max_size=30), st.text(max_size=8), st.sampled_from(["", "1", "2", "x"]), st.text(max_size=6))
def test_any_text_is_searched_without_an_error(
    catalogue: Cast, typed: str, region: str, audience: str, after: str
) -> None:
    region, after = region.replace("\0", ""), after.replace("\0", "")

    assert len(queries.find(typed=typed, region=region, audience=audience, after=after)) <= 20


@pytest.mark.parametrize("after", ["²", "s²", "1-²", "s99999999", "x", "-", "1-", "s-1", "l5"])
def test_a_broken_cursor_breaks_nothing(catalogue: Cast, after: str) -> None:
    queries.find(typed="食品", after=after)
    queries.find(after=after)


@given(st.text(max_size=40))
def test_queries_hold_only_words_quotes_and_operators(typed: str) -> None:
    for query in (
        words.strict_query(words.tidy(typed)),
        words.loose_query(words.meanings(words.tidy(typed)), ITEMS).query,
    ):
        inside = query.translate(str.maketrans("", "", "&|:*'() "))
        assert all(char.isalnum() for char in inside)


def test_every_two_characters_of_a_name_are_on_the_index() -> None:
    name = "占用城市绿地审批"
    index = set(words.index_words(name))

    assert {name[at : at + 2] for at in range(len(name) - 1)} <= index


def test_a_guide_is_opened_by_its_code_or_its_items(catalogue: Cast) -> None:
    assert queries.edition("990131001001").name == "食品经营许可新办"
    assert queries.edition(" 990131-001001 ") == catalogue.guide
    assert queries.edition(catalogue.guide.code) == catalogue.guide


@pytest.mark.parametrize("code", ["", "990131001999", "\0", "'; --", "%"])
def test_a_code_that_nobody_has_is_not_found(catalogue: Cast, code: str) -> None:
    with pytest.raises(NotFound, match="没有这个事项"):
        queries.edition(code)


def test_every_published_edition_has_one_entry(catalogue: Cast) -> None:
    assert SearchEntry.objects.count() == Edition.objects.published().count() == len(ITEMS) + 1


@given(st.lists(st.sampled_from(["残疾", "补贴", "火箭", "登记", "身份证", "狗", "低保", "python"]), max_size=6))
def test_what_a_sentence_finds_meets_enough_of_it(said: list[str]) -> None:
    loose = words.loose_query(dict.fromkeys(said), {"残疾", "低保"})
    total = sum(term.weight for term in loose.terms)

    assert bool(loose.query) == any(term.telling for term in loose.terms)
    for group in loose.query.split(") | (") if loose.query else ():
        met = [term for term in loose.terms if term.query in group]
        assert sum(term.weight for term in met) >= words.MINIMUM * total - 1e-9
        assert any(term.telling for term in met)


def test_words_that_nobody_uses_find_nothing_alone_and_forbid_little_beside_others() -> None:
    assert words.loose_query(["火箭", "发射"], ()).query == ""
    assert words.loose_query(["低保", "火箭"], ()).query == f"({words.loose_query(['低保'], ()).terms[0].query})"


def test_everyday_words_stand_for_one_another(catalogue: Cast) -> None:
    assert names("想弄个小馆子")[:1] == ["食品经营许可新办"]
    assert names("我妈的残疾证")[:1] == ["残疾人证办理"]


def test_a_misspelt_word_finds_what_was_meant_and_says_so(catalogue: Cast) -> None:
    found = searching.search("生愈登记")

    assert [one.name for one in found.found] == ["生育登记"]
    assert found.corrected == "生育登记"
    assert searching.search("残疾人证").corrected == ""


def test_a_name_is_suggested_once(catalogue: Cast) -> None:
    publish(catalogue.other_body, now=catalogue.now)

    assert searching.suggest("食品经") == ["食品经营许可新办"]
    assert searching.suggest("canji") == ["残疾人证办理"]
    assert searching.suggest("") == searching.suggest("x") == []


def test_the_nearer_level_comes_first(catalogue: Cast) -> None:
    town = Region.objects.create(
        code="500199101", name="双榕镇", level=5, parent=catalogue.region, path="500199/500199101/"
    )
    body = Body.objects.create(key="town", name="双榕镇人民政府", short="双榕镇", region=town)
    publish(body, now=catalogue.now)

    def bodies(**filters: str) -> list[str]:
        return [one.body for one in searching.search("食品经营", Filters(**filters)).found[:2]]

    assert bodies(region="500199101") == ["双榕镇", "市场监督管理局"]
    assert bodies() == bodies(region="500199") == ["市场监督管理局", "双榕镇"]


def test_what_is_used_more_comes_first_among_equals(catalogue: Cast) -> None:
    publish(catalogue.body, now=catalogue.now, code="990131009101", name="摊贩甲登记", connection="here")
    publish(catalogue.body, now=catalogue.now, code="990131009102", name="摊贩乙登记", connection="here")
    used = Edition.objects.published().get(name="摊贩乙登记").item
    assert names("摊贩") == ["摊贩甲登记", "摊贩乙登记"]

    Opened.objects.create(item=used, on=catalogue.now.date(), times=9)
    assert indexing.place_again(now=catalogue.now) == 1
    assert names("摊贩") == ["摊贩乙登记", "摊贩甲登记"]
    assert indexing.place_again(now=catalogue.now) == 0

    indexing.refresh(now=catalogue.now, everything=True)  # the index may be thrown away and made again
    assert names("摊贩") == ["摊贩乙登记", "摊贩甲登记"]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("公司改个名字", "公司改名字"),
        ("补张身份证", "补身份证"),
        ("办一下社保卡", "办社保卡"),
        ("换一本驾照", "换驾照"),
    ],
)
def test_what_is_counted_means_the_same_without_the_counting(typed: str, plain: str) -> None:
    assert words.meanings(typed) == words.meanings(plain)


@pytest.mark.parametrize("typed", ["办个体户", "查个人信用", "查个税", "补本科学历", "开张仪式"])
def test_words_that_only_look_like_counting_stay(typed: str) -> None:
    """个体户, 个人, 个税, 本科, 开张."""
    assert words._DO_A.sub("", typed) == typed


def test_who_is_asked_says_less_than_what_is_wanted() -> None:
    said = words.meanings("去税务局领发票")
    terms = {
        one: term
        for one in said
        for term in words.loose_query([one, "发票"], {"税务局", "发票"}).terms
        if one in term.forms
    }

    assert (terms["税务局"].weight, terms["税务局"].telling) == (0.5, False)
    assert (terms["发票"].weight, terms["发票"].telling) == (2.0, True)
