from django.urls import path

from tongban.delegation.pages import mine, one, window, writing

app_name = "delegation"
urlpatterns = [
    path("my/delegations", mine.mine, name="mine"),
    path("my/delegations/new", writing.write, name="write"),
    path("my/delegations/<uuid:power>", one.one, name="one"),
    path("my/delegations/<uuid:power>/letter.pdf", one.letter, name="letter"),
    path("my/delegations/<uuid:power>/confirmation", one.confirm, name="confirm"),
    path("my/delegations/<uuid:power>/refusal", one.refuse, name="refuse"),
    path("my/delegations/<uuid:power>/revocation", one.revoke, name="revoke"),
    path("my/delegations/<uuid:power>/renunciation", one.renounce, name="renounce"),
    path("counter/powers", window.window, name="window"),
    path("counter/powers/new", window.register, name="register"),
    path("counter/powers/<uuid:power>/end", window.end, name="end"),
    path("counter/powers/<uuid:power>/paper", window.paper, name="paper"),
]
