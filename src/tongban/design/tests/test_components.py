"""What components say and how they are tied together; the look is checked in the browser."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory

from tongban.design.parts import Choice, Field, Material, Step, Table, anchor, faults_of


def draw(source, **context):
    return engines["django"].from_string(source).render(context, RequestFactory().get("/design"))


def test_a_field_is_tied_to_its_label_help_source_and_error():
    page = draw(
        '{% field name="phone" label="手机号" kind="phone" value="138" help="例 138" source="登录信息" error="太短" %}'
    )

    assert '<label for="id_phone">手机号</label>' in page
    assert 'aria-describedby="id_phone-help id_phone-source id_phone-error"' in page
    assert 'aria-invalid="true"' in page and 'value="138"' in page
    assert "来自登录信息，请核对" in page and "太短" in page


def test_what_was_typed_is_escaped_and_kept():
    page = draw("{% field f %}", f=Field(name="a", label="甲", value='<b>"x"'))

    assert "&lt;b&gt;&quot;x&quot;" in page and "<b>" not in page


@pytest.mark.parametrize(
    ("value", "chosen"), [(True, "true"), (False, "false"), ("yes", "true"), ("no", "false"), ("", None)]
)
def test_yes_and_no_take_a_truth_or_a_word(value, chosen):
    made = Field(name="a", label="甲", kind="yes_no", value=value)

    assert [option.choice.value for option in made.options if option.chosen] == ([chosen] if chosen else [])


def test_the_first_choice_carries_the_anchor():
    made = Field(name="form.trade", label="类", kind="choice", choices=(Choice("a", "甲"), Choice("b", "乙")))

    assert [option.id for option in made.options] == [anchor("form.trade"), "id_trade-1"]


def test_a_form_field_of_a_guide_is_understood():
    @dataclass
    class Option:
        value: str
        label: str

    @dataclass
    class FormField:
        key: str = "trade"
        label: str = "类别"
        kind: str = "choice"
        required: bool = False
        help: str = ""
        unit: str = ""
        max_length: int = 100
        options: list = field(default_factory=lambda: [Option("a", "甲")])

    made = Field.of(FormField(), value="a", source="营业执照")

    assert (made.name, made.required, made.source, made.options[0].chosen) == ("trade", False, "营业执照", True)


def test_a_bound_django_field_is_understood():
    class Login(forms.Form):
        name = forms.CharField(
            label="账号", help_text="手机号", widget=forms.TextInput(attrs={"autocomplete": "username"})
        )
        password = forms.CharField(label="密码", widget=forms.PasswordInput)
        role = forms.ChoiceField(label="身份", choices=[("", "---"), ("a", "个人")], required=False)

    form = Login({"name": "", "password": "secret"})
    page = draw(
        "{% error_summary form %}{% field form.name %}{% field form.password %}{% field form.role %}", form=form
    )

    assert 'href="#id_name"' in page and 'id="id_name"' in page and 'autocomplete="username"' in page
    assert "secret" not in page
    assert page.count("<option") == 2


def test_unknown_names_become_attributes_of_the_control():
    assert 'hx-get="/x"' in draw('{% field name="a" label="甲" hx_get="/x" %}')


def test_a_summary_takes_refusals_mappings_pairs_and_forms():
    refusal = SimpleNamespace(field="form.phone", reason="手机号不对")

    assert [(each.target, each.message) for each in faults_of([refusal])] == [("#id_phone", "手机号不对")]
    assert faults_of({"phone": ["一", "二"], "__all__": "三"})[2].target == ""
    assert faults_of(SimpleNamespace(faults=[refusal])) == faults_of([("form.phone", "手机号不对")])
    assert faults_of([]) == faults_of(None) == []


def test_the_title_of_a_page_with_errors_says_so():
    page = '{% extends "design/base.html" %}{% block title %}填表{% endblock %}'

    assert "<title>错误：填表" in draw(page, errors=[("a", "错")])
    assert "<title>填表" in draw(page)


def test_a_button_that_can_not_be_pressed_says_why():
    page = draw('{% key_button "受理" "F9" main=True because="还差 1 项" name="act" %}')

    assert "还差 1 项" in page and "disabled" in page and 'data-key="F9"' in page and "<kbd>F9</kbd>" in page


def test_materials_are_counted_as_the_citizen_counts():
    rows = [
        Material(name="申请书", give="generated"),
        Material(name="承诺", give="pledge"),
        Material(name="图", give="upload"),
    ]

    assert (
        '<b class="num">3</b> 份材料，其中 <b class="num">2</b> 份免提交，您只需准备 <b class="num">1</b> 份'
        in draw("{% materials r %}", r=rows)
    )


def test_a_step_shows_who_when_and_what_is_expected():
    step = Step(
        title="审查中", state="now", at=datetime(2021, 3, 22, 1, 14, tzinfo=UTC), where="许可科", expected="3月23日前"
    )
    page = draw("{% track s %}", s=[step])

    assert 'aria-current="step"' in page and "3月22日 09:14 · 许可科" in page and "预计 3月23日前" in page


def test_a_status_is_always_a_word():
    assert draw('{% lamp "over" %}') == '<span class="lamp lamp-over">超期</span>'
    assert draw('{% lamp "near" "剩 1 天" %}') == '<span class="lamp lamp-near">剩 1 天</span>'


def test_a_table_names_its_cells_for_the_folded_view():
    page = draw("{% table t %}", t=Table(columns=("事项", "份数"), numeric=("份数",), rows=[("许可", 3)]))

    assert '<th scope="row">许可</th>' in page and '<td data-label="份数" class="right">3</td>' in page
    assert "没有记录" in draw("{% table t %}", t=Table(columns=("事项",), rows=[]))


def test_a_slot_shows_what_the_view_put_there():
    assert draw('{% slot "a.b" %}', slots={"a.b": ["<p>一</p>", "<p>二</p>"]}) == "<p>一</p>\n<p>二</p>"
    assert draw('{% slot "a.b" %}') == ""


def test_a_code_is_one_drawing_with_a_name():
    page = draw('{% qr "https://example.test/1" "扫码核验" %}')

    assert page.startswith("<svg") and 'aria-label="扫码核验"' in page and "style=" not in page


def test_blocks_wrap_their_content():
    page = draw(
        '{% panel "材料" link="全部" url="/all" %}<p>x</p>{% endpanel %}{% notice tone="warn" %}y{% endnotice %}'
    )

    assert '<a href="/all">全部</a>' in page and "<p>x</p>" in page and 'class="note note-warn"' in page


def test_the_confirmation_keeps_the_number_for_copying():
    page = draw('{% confirmation "成" number="5001K" shown="5001 K" query_code="0471" %}<p>等</p>{% endconfirmation %}')

    assert 'data-copy="5001K"' in page and "5001 K" in page and "0471" in page and "<p>等</p>" in page
