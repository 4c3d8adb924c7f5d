import gzip

from tongban.design.bundle import BUNDLE, LAYERS, STATIC, bundle, read_parts


def test_the_bundle_is_fresh():
    assert BUNDLE.read_text("utf-8") == bundle(read_parts()), "run: python -m tongban.design.bundle"


def test_every_part_has_its_layer():
    assert {path.stem for path in (STATIC / "parts").glob("*.css")} == set(LAYERS)


def test_layers_are_declared_in_order_and_comments_are_gone():
    made = bundle(
        {"one": "/* why */\na  >  b { color: red ; }\n", "two": "@media (max-width: 4rem) { a:hover { top: 0; } }"}
    )

    assert made == "@layer one,two;\n@layer one{a>b{color:red}}\n@layer two{@media (max-width: 4rem){a:hover{top:0}}}\n"


def test_script_and_style_stay_small():
    scripts = [(STATIC / name).read_bytes() for name in ("app.js", "forms.js")]
    assert sum(len(gzip.compress(one)) for one in scripts) <= 5_000
    assert len(gzip.compress(BUNDLE.read_bytes())) <= 8_000
